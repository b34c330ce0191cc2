#include "umwelt_recurrence.h"

enum { Panel = 16, Gates = 4 };

static int64_t groups_of(int64_t hidden) { return (hidden + Panel - 1) / Panel; }

int64_t umwelt_lstm_packed_count(int64_t inner, int64_t hidden) {
  return groups_of(hidden) * Gates * inner * Panel;
}

static void pack_panel(const float *from, int64_t stride, int64_t rows, int64_t columns, float *to) {
  for (int64_t row = 0; row < rows; row++, from += stride, to += Panel)
    for (int64_t column = 0; column < Panel; column++) to[column] = column < columns ? from[column] : 0.0f;
}

void umwelt_lstm_pack(const float *weight, int64_t inner, int64_t hidden, float *packed) {
  for (int64_t unit = 0; unit < hidden; unit += Panel) {
    int64_t columns = hidden - unit < Panel ? hidden - unit : Panel;
    for (int64_t gate = 0; gate < Gates; gate++, packed += inner * Panel)
      pack_panel(weight + gate * hidden + unit, Gates * hidden, inner, columns, packed);
  }
}

int64_t umwelt_lstm_packed_transpose_count(int64_t hidden) {
  return (groups_of(hidden) + 1) / 2 * 2 * Panel * Gates * hidden;
}

void umwelt_lstm_pack_transpose(const float *weight, int64_t hidden, float *packed) {
  int64_t inner = Gates * hidden;
  for (int64_t unit = 0; unit < (groups_of(hidden) + 1) / 2 * 2 * Panel; unit += Panel)
    for (int64_t k = 0; k < inner; k++)
      for (int64_t column = unit; column < unit + Panel; column++)
        *packed++ = column < hidden ? weight[column * inner + k] : 0.0f;
}
