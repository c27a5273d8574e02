package dev.orrery.bench;

/** Thrown when the benchmark run cannot continue. The message is for users. */
public final class BenchException extends RuntimeException {
  public BenchException(String message) {
    super(message);
  }

  public BenchException(String message, Throwable cause) {
    super(message, cause);
  }
}
