// Winograd's F(2, 2): two outputs of a correlation with two weights from three products.
// Points 0, 1, ∞. S. Winograd, "Arithmetic Complexity of Computations" (1980); A. Lavin and S. Gray,
// "Fast Algorithms for Convolutional Neural Networks" (2016), §4.
#define FORM 2_2
#define OUTPUTS 2
#define TAPS 2
#define POINTS 3

#define INPUT_TRANSFORM(d, v, s) \
  v[0] = d[0] - d[s], v[s] = d[s], v[2 * s] = d[2 * s] - d[s]
#define INPUT_TRANSPOSED(v, d, s) \
  d[0] = v[0], d[s] = v[s] - v[0] - v[2 * s], d[2 * s] = v[2 * s]
#define OUTPUT_TRANSFORM(m, y, s, q) y[0] = m[0] + m[s], y[q] = m[s] + m[2 * s]
#define OUTPUT_TRANSPOSED(y, m, q, s) m[0] = y[0], m[s] = y[0] + y[q], m[2 * s] = y[q]
#define WEIGHT_TRANSFORM(g, u, q, s) u[0] = g[0], u[s] = g[0] + g[q], u[2 * s] = g[q]
#define WEIGHT_TRANSPOSED(u, g, s, q) g[0] = u[0] + u[s], g[q] = u[s] + u[2 * s]
