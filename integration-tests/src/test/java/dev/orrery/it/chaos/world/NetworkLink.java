package dev.orrery.it.chaos.world;

import dev.orrery.it.harness.CuttingProxy;

/**
 * A network link between two processes.
 *
 * @param from such as {@code agent-2}, {@code clients} or {@code replicas}
 * @param to such as {@code replica-1} or {@code database}
 */
public record NetworkLink(String from, String to, CuttingProxy proxy) {

  /** Returns true if it begins or ends at this process. */
  public boolean isOf(String member) {
    return from.equals(member) || to.equals(member);
  }

  public boolean isToDatabase() {
    return to.equals(Site.DATABASE);
  }

  @Override
  public String toString() {
    return from + ">" + to;
  }
}
