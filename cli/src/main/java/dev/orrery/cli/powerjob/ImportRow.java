package dev.orrery.cli.powerjob;

import java.util.List;

/**
 * The outcome of importing a PowerJob job or workflow.
 *
 * @param number at PowerJob
 * @param powerJobName its text at PowerJob
 * @param job its name here; null if it is refused before it has one
 * @param reasons why it is refused, or what differs
 */
record ImportRow(
    Outcome outcome, long number, String powerJobName, String job, List<String> reasons) {
  enum Outcome {
    IMPORTED("imported", ", differs: "),
    REFUSED("refused", ": "),
    GONE("no longer at PowerJob", ": "),
    NOT_IMPORTED("not imported", ": ");

    private final String word;
    private final String before;

    Outcome(String word, String before) {
      this.word = word;
      this.before = before;
    }
  }

  boolean isImported() {
    return outcome == Outcome.IMPORTED;
  }

  ImportRow with(Outcome other, List<String> why) {
    return new ImportRow(other, number, powerJobName, job, why);
  }

  String text() {
    return reasons.isEmpty()
        ? outcome.word
        : outcome.word + outcome.before + String.join("; ", reasons);
  }
}
