package dev.orrery.cli.demo;

/** What to open and try next. */
final class Hints {
  private Hints() {}

  static void print(Screen screen) {
    screen.line("  @|bold Look|@   http://localhost:9000/q/health      how the scheduler is");
    screen.line("         .orrery/scheduler.log, .orrery/agent.log");
    screen.line(
        "  @|bold Try|@    export T=$(cat .orrery/data/admin-token) A=http://localhost:7700/api/v1");
    screen.line("         curl -H \"Authorization: Bearer $T\" $A/protocol");
    screen.line("         curl -H \"Authorization: Bearer $T\" $A/apps/demo/instances?limit=5");
    screen.line("         ./orrery apply -f examples/jobs.yaml --dry-run");
  }
}
