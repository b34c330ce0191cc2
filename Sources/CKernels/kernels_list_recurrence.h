// The kernels of kernels_recurrence.h and kernels_mixture.h.
KERNEL(void, lstm_step, (const UmweltLSTMStep *step), (step))
KERNEL(void, lstm_step_backward, (const UmweltLSTMBackwardStep *step), (step))
KERNEL(double, mixture_loss, (const UmweltMixture *mixture), (mixture))
KERNEL(double, reward_loss, (const UmweltColumn *column), (column))
KERNEL(double, termination_loss, (const UmweltColumn *column, float positive_weight),
       (column, positive_weight))
