package dev.orrery.client;

import java.time.Instant;

/**
 * A line that an attempt wrote.
 *
 * @param attempt from 1
 * @param sequence number of the line in its attempt
 * @param at by the clock of the database
 * @param stream {@code stdout}, {@code stderr}, or {@code orrery} for remarks of the worker
 * @param text without the line's end
 */
public record LogLine(int attempt, int sequence, Instant at, String stream, String text) {
  static LogLine of(Fields json) {
    return new LogLine(
        json.number("attempt"),
        json.number("sequence"),
        json.instant("at"),
        json.text("stream"),
        json.text("text"));
  }
}
