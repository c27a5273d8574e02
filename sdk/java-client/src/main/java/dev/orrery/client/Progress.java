package dev.orrery.client;

import java.time.Instant;
import java.util.Optional;

/**
 * The progress that an attempt reported.
 *
 * @param percent from 0 to 100
 * @param at when the scheduler received it
 */
public record Progress(int percent, Optional<String> message, Instant at) {
  static Progress of(Fields json) {
    return new Progress(json.number("percent"), json.optionalText("message"), json.instant("at"));
  }
}
