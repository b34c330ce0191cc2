KERNEL(void, dream_cell,
       (const UmweltDreamCell *cell, const float *x, int64_t first, int64_t strips, int64_t rows,
        const int32_t *slots, float *cells, float *units, float *next),
       (cell, x, first, strips, rows, slots, cells, units, next))
KERNEL(void, dream_output,
       (const UmweltDreamOutput *output, const float *next, int64_t rows, const int32_t *slots,
        const UmweltDreamSample *sample),
       (output, next, rows, slots, sample))
KERNEL(void, dream_normals, (const uint64_t *words, float *out, int64_t count), (words, out, count))
