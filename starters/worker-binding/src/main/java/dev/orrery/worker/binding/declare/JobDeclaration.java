package dev.orrery.worker.binding.declare;

import java.util.Set;

/**
 * A job that the application declares.
 *
 * @param document the job document, JSON
 * @param parameters the names of the parameters that the document sets
 */
public record JobDeclaration(String name, String document, Set<String> parameters) {
  public JobDeclaration {
    parameters = Set.copyOf(parameters);
  }
}
