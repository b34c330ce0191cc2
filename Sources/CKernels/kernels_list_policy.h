// The choice among actions; see umwelt_policy.h.
KERNEL(void, draw_actions,
       (const UmweltChoices *choices, const float *points, int32_t *actions, float *log_probabilities),
       (choices, points, actions, log_probabilities))
KERNEL(void, policy_loss, (const UmweltPolicyLoss *loss, UmweltPolicySums *sums), (loss, sums))
