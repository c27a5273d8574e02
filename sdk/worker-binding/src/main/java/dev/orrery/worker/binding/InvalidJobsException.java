package dev.orrery.worker.binding;

import java.util.List;

/**
 * Thrown when an application has invalid job methods. The message lists all mistakes, each with its
 * class and fix.
 */
public final class InvalidJobsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<String> mistakes;

  public InvalidJobsException(List<String> mistakes) {
    super(
        (mistakes.size() == 1
                ? "1 mistake in the jobs of this application:"
                : mistakes.size() + " mistakes in the jobs of this application:")
            + String.join("", mistakes.stream().map(mistake -> "\n- " + mistake).toList()));
    this.mistakes = List.copyOf(mistakes);
  }

  public List<String> mistakes() {
    return mistakes;
  }
}
