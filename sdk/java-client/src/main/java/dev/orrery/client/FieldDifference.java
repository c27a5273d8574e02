package dev.orrery.client;

import java.util.Optional;

/**
 * The change of one field of a job. Numbers are {@code BigDecimal}s.
 *
 * @param field its path, such as {@code retry.backoff}
 * @param from the value before; empty if there was none
 * @param to the value after; empty if there is none
 */
public record FieldDifference(String field, Optional<Object> from, Optional<Object> to) {
  static FieldDifference of(Fields json) {
    return new FieldDifference(json.text("field"), json.value("from"), json.value("to"));
  }
}
