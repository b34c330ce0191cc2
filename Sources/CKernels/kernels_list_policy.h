// What an actor draws, and PPO's loss; see umwelt_policy.h.
KERNEL(void, draw_choices,
       (const UmweltHeads *heads, const float *points, int32_t *choices, float *log_probabilities),
       (heads, points, choices, log_probabilities))
KERNEL(void, draw_rows,
       (const UmweltHeads *heads, const float *log_deviations, const float *noise, float *rows,
        float *log_probabilities),
       (heads, log_deviations, noise, rows, log_probabilities))
KERNEL(void, choice_loss,
       (const UmweltPolicyLoss *loss, const int32_t *choices, UmweltPolicySums *sums),
       (loss, choices, sums))
KERNEL(void, row_loss,
       (const UmweltPolicyLoss *loss, const float *rows, const float *log_deviations,
        float *deviation_gradient, UmweltPolicySums *sums),
       (loss, rows, log_deviations, deviation_gradient, sums))
