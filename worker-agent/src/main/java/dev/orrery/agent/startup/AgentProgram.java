package dev.orrery.agent.startup;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;

/** Runs the worker. Unlike observers, Quarkus calls it when all ports are open. */
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
