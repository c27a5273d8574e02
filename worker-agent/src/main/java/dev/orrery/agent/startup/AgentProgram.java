package dev.orrery.agent.startup;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;

/**
 * The agent as a Quarkus application: connects its worker, and waits until the process must stop.
 * Unlike observers of the start, it is called when all ports are open.
 */
public final class AgentProgram implements QuarkusApplication {
  private final AgentLifecycle lifecycle;

  AgentProgram(AgentLifecycle lifecycle) {
    this.lifecycle = lifecycle;
  }

  @Override
  public int run(String... args) {
    lifecycle.connect();
    Quarkus.waitForExit();
    return 0;
  }
}
