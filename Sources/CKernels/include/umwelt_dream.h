#pragma once
#include "umwelt_packed.h"

// One step of a recurrent memory with a mixture output, for rows that stand in slots of a state. Nothing
// is allocated. A row's bits depend neither on its neighbours nor on how strips or rows are cut.

/// The most rows of one call, and the most components of a mixture.
enum { UmweltDreamRows = 64, UmweltDreamMixtures = 64 };

/// A long short-term memory whose units are padded to whole strips of 16.
typedef struct {
  /// Packed [inner, 4 · hidden]; a strip of 16 units is four panels: its input, forget, candidate and
  /// output gates.
  const float *weights;
  /// [strip][gate][16].
  const float *bias;
  /// Inputs of a row: those from outside, then the units.
  int64_t inner;
  /// Units, a multiple of 16.
  int64_t hidden;
} UmweltDreamCell;

/// Advances the units of `strips` strips from `first`: x is [rows, inner]; cells and units are
/// [slots, hidden], updated at each row's slot; next, [rows, hidden], receives the units as well.
void umwelt_dream_cell(const UmweltDreamCell *cell, const float *x, int64_t first, int64_t strips,
                       int64_t rows, const int32_t *slots, float *cells, float *units, float *next);

/// The mixture output of a memory.
typedef struct {
  /// Packed [hidden, mixtures · latents] (shared mixture: [hidden, mixtures]), and its bias.
  const float *logit_weights;
  const float *logit_bias;
  /// [mixtures · latents + 1][2][hidden]: a mean's weights, then its log sigma's; the last pair is the
  /// reward's and the termination logit's.
  const float *pairs;
  /// [mixtures · latents + 1][2].
  const float *pair_bias;
  int64_t hidden;
  int64_t latents;
  int64_t mixtures;
  bool shares_mixture;
  float log_sigma_low;
  float log_sigma_high;
} UmweltDreamOutput;

/// What a step is given and what it writes, at each row's slot.
typedef struct {
  /// 1 / τ, by which logits are multiplied.
  float inverse_temperature;
  /// √τ, by which noise is multiplied.
  float noise;
  /// [rows, latents]: 64 random bits a latent, the lower half for the component.
  const uint64_t *words;
  /// [rows, mixtures · latents], overwritten.
  float *logits;
  /// [slots, latents].
  float *latents;
  /// [slots], or null.
  float *rewards;
  /// [slots], or null.
  float *terminations;
} UmweltDreamSample;

/// Samples each row's next latent from the mixture that its units, [rows, hidden], give.
void umwelt_dream_output(const UmweltDreamOutput *output, const float *next, int64_t rows,
                         const int32_t *slots, const UmweltDreamSample *sample);

/// out = the standard normal numbers that the upper halves of random words stand for.
void umwelt_dream_normals(const uint64_t *words, float *out, int64_t count);
