package dev.orrery.cli.demo;

/** Suggestions that the demo prints: pages to open and commands to try. */
final class NextSteps {
  private NextSteps() {}

  static void print(DemoScreen screen) {
    screen.line("  @|bold Look|@   http://localhost:9000/q/health      health of the scheduler");
    screen.line("         .orrery/scheduler.log, .orrery/agent.log");
    screen.line("  @|bold Try|@    ./orrery ps --watch");
    screen.line("         ./orrery run greet -p name=me --follow");
    screen.line("         ./orrery apply -f examples/jobs.yaml --dry-run");
  }
}
