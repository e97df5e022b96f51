/// Hugging Face's `get_linear_schedule_with_warmup`: the rate rises from 0 for so many steps, then falls to 0 at the end.
package struct LinearSchedule: Sendable, Equatable {
  package let steps: Int
  package let warmup: Int

  package init(steps: Int, warmup: Int) {
    self.steps = steps
    self.warmup = warmup
  }

  /// What the learning rate of a step, counted from 0, is multiplied by.
  package func factor(step: Int) -> Double {
    if step < warmup { return Double(step) / Double(max(1, warmup)) }
    return max(0, Double(steps - step) / Double(max(1, steps - warmup)))
  }
}
