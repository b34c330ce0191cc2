#include "umwelt_recurrence.h"

#include <string.h>

enum { Panel = UmweltPanel, Gates = 4 };

static int64_t groups_of(int64_t hidden) { return (hidden + Panel - 1) / Panel; }

int64_t umwelt_lstm_packed_count(int64_t inner, int64_t hidden) {
  return groups_of(hidden) * Gates * inner * Panel;
}

static void pack_panel(const float *from, int64_t stride, int64_t rows, int64_t columns, float *to) {
  if (columns < Panel) memset(to, 0, (size_t)(rows * Panel) * sizeof(float));
  for (int64_t row = 0; row < rows; row++, from += stride, to += Panel) {
    // A constant size becomes one move.
    if (columns == Panel) memcpy(to, from, Panel * sizeof(float));
    else memcpy(to, from, (size_t)columns * sizeof(float));
  }
}

void umwelt_lstm_pack(const float *weight, int64_t inner, int64_t hidden, float *packed) {
  for (int64_t unit = 0; unit < hidden; unit += Panel) {
    int64_t columns = hidden - unit < Panel ? hidden - unit : Panel;
    for (int64_t gate = 0; gate < Gates; gate++, packed += inner * Panel)
      pack_panel(weight + gate * hidden + unit, Gates * hidden, inner, columns, packed);
  }
}
