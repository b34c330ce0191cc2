#include "umwelt_packed.h"

int64_t umwelt_packed_count(int64_t inner, int64_t columns) {
  return (columns + UmweltPanel - 1) / UmweltPanel * UmweltPanel * inner;
}

void umwelt_pack_matrix(const float *b, int64_t stride, bool transposed, int64_t inner,
                        int64_t columns, float *packed) {
  int64_t along_inner = transposed ? 1 : stride, along_columns = transposed ? stride : 1;
  for (int64_t first = 0; first < columns; first += UmweltPanel) {
    int64_t width = columns - first < UmweltPanel ? columns - first : UmweltPanel;
    for (int64_t k = 0; k < inner; k++, packed += UmweltPanel) {
      const float *row = b + k * along_inner + first * along_columns;
      for (int64_t column = 0; column < width; column++) packed[column] = row[column * along_columns];
      for (int64_t column = width; column < UmweltPanel; column++) packed[column] = 0.0f;
    }
  }
}
