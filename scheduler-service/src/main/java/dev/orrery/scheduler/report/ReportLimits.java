package dev.orrery.scheduler.report;

import dev.orrery.protocol.text.BoundedText;

/** Limits of what the report of a worker stores; longer texts are cut. */
final class ReportLimits {
  static final int MAX_RESULT_BYTES = 16 * 1024;
  static final int MAX_ERROR_BYTES = 4 * 1024;

  private ReportLimits() {}

  static String result(String text) {
    return storable(text, MAX_RESULT_BYTES);
  }

  static String error(String text) {
    return storable(text, MAX_ERROR_BYTES);
  }

  private static String storable(String text, int maxBytes) {
    return BoundedText.truncateUtf8(BoundedText.replaceNul(text), maxBytes);
  }
}
