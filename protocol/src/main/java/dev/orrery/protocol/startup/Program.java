package dev.orrery.protocol.startup;

/** A program of this project that reads settings. */
public enum Program {
  SCHEDULER("the scheduler service"),
  AGENT("the worker agent"),
  COMMAND_LINE("the command line");

  private final String title;

  Program(String title) {
    this.title = title;
  }

  @Override
  public String toString() {
    return title;
  }
}
