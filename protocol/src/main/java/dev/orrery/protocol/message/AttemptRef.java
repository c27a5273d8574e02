package dev.orrery.protocol.message;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/**
 * Identifies one attempt, by its instance and number.
 *
 * @param instance 63 bits; a string of digits in JSON, because many JSON readers round large
 *     numbers
 * @param attempt from 1
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record AttemptRef(@JsonFormat(shape = JsonFormat.Shape.STRING) long instance, int attempt)
    implements Comparable<AttemptRef> {

  @Override
  public int compareTo(AttemptRef other) {
    int byInstance = Long.compare(instance, other.instance);
    return byInstance != 0 ? byInstance : Integer.compare(attempt, other.attempt);
  }

  @Override
  public String toString() {
    return instance + "/" + attempt;
  }
}
