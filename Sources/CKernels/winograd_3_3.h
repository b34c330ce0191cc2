// Winograd's F(3, 3): three outputs of a correlation with three weights from five products.
// Points 0, 1, −1, 2, ∞; see winograd_2_2.h for the sources.
#define FORM 3_3
#define OUTPUTS 3
#define TAPS 3
#define POINTS 5

#define INPUT_TRANSFORM(d, v, s)                                             \
  v[0] = 2.0f * (d[0] - d[2 * s]) + (d[3 * s] - d[s]),                       \
  v[s] = (d[3 * s] - d[2 * s]) - 2.0f * d[s],                                \
  v[2 * s] = 2.0f * d[s] - 3.0f * d[2 * s] + d[3 * s],                       \
  v[3 * s] = d[3 * s] - d[s],                                                \
  v[4 * s] = 2.0f * (d[s] - d[3 * s]) + (d[4 * s] - d[2 * s])
#define INPUT_TRANSPOSED(v, d, s)                                            \
  d[0] = 2.0f * v[0],                                                        \
  d[s] = 2.0f * (v[2 * s] - v[s] + v[4 * s]) - v[0] - v[3 * s],              \
  d[2 * s] = -2.0f * v[0] - v[s] - 3.0f * v[2 * s] - v[4 * s],               \
  d[3 * s] = v[0] + v[s] + v[2 * s] + v[3 * s] - 2.0f * v[4 * s],            \
  d[4 * s] = v[4 * s]
#define OUTPUT_TRANSFORM(m, y, s, q)                                         \
  y[0] = m[0] + (m[s] + m[2 * s]) + m[3 * s],                                \
  y[q] = (m[s] - m[2 * s]) + 2.0f * m[3 * s],                                \
  y[2 * q] = (m[s] + m[2 * s]) + 4.0f * m[3 * s] + m[4 * s]
#define OUTPUT_TRANSPOSED(y, m, q, s)                                        \
  m[0] = y[0], m[s] = (y[0] + y[2 * q]) + y[q], m[2 * s] = (y[0] + y[2 * q]) - y[q], \
  m[3 * s] = y[0] + 2.0f * y[q] + 4.0f * y[2 * q], m[4 * s] = y[2 * q]
#define WEIGHT_TRANSFORM(g, u, q, s)                                         \
  u[0] = 0.5f * g[0], u[s] = -0.5f * ((g[0] + g[2 * q]) + g[q]),             \
  u[2 * s] = (g[q] - (g[0] + g[2 * q])) * (1.0f / 6.0f),                     \
  u[3 * s] = (g[0] + 2.0f * g[q] + 4.0f * g[2 * q]) * (1.0f / 6.0f), u[4 * s] = g[2 * q]
#define WEIGHT_TRANSPOSED(u, g, s, q)                                        \
  g[0] = 0.5f * (u[0] - u[s]) + (u[3 * s] - u[2 * s]) * (1.0f / 6.0f),       \
  g[q] = u[2 * s] * (1.0f / 6.0f) + u[3 * s] * (1.0f / 3.0f) - 0.5f * u[s],  \
  g[2 * q] = u[3 * s] * (2.0f / 3.0f) - 0.5f * u[s] - u[2 * s] * (1.0f / 6.0f) + u[4 * s]
