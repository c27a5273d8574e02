package dev.orrery.it;

import dev.orrery.it.harness.Builds;
import dev.orrery.it.harness.PatchedPackage;
import dev.orrery.it.harness.PatchedPackage.Patch;
import dev.orrery.testing.program.Program;
import java.util.Map;

/**
 * The death of a scheduler between two statements, while it runs a job.
 *
 * @param job the document of the job
 * @param patch makes the scheduler die at one place
 */
record SchedulerDeath(String name, String job, Patch patch) {
  /** The status with which it exits, as after SIGKILL. */
  static final int KILLED = 137;

  /**
   * A replacement in a source file.
   *
   * @param type the class, below the scheduler's package
   */
  record Change(String type, String text, String by) {
    static Change before(String type, String statement, String condition) {
      return new Change(type, statement, halt(condition) + statement);
    }

    /** After the commit of a reconciliation, before its hints. */
    static Change afterReconciliation(String condition) {
      String reconcile =
          "database.transaction(connection -> reconcile(connection, ids, countsFailures));";
      return new Change(
          "flow.ParentReconciler",
          "return " + reconcile,
          "ReconcileResult result = " + reconcile + halt(condition) + "return result;");
    }

    /** After the statement that completes successes, before its hints. */
    static Change ofParentsAfterSuccess() {
      return before(
          "engine.report.AttemptSuccessStore",
          "return new Completed(",
          "!SqlStatement.list(row, \"parents\", Long.class).isEmpty()");
    }

    private static String halt(String condition) {
      return "if (" + condition + ") { Runtime.getRuntime().halt(" + KILLED + "); } ";
    }
  }

  SchedulerDeath(String name, String job, Change change) {
    this(
        name,
        job,
        new Patch(
            "dies-" + name,
            "scheduler-service",
            "dev.orrery.scheduler." + change.type(),
            Map.of(change.text(), change.by())));
  }

  /** Returns the scheduler that dies. */
  Program build() {
    return Program.at(PatchedPackage.of(Builds.ownScheduler().directory(), patch));
  }

  @Override
  public String toString() {
    return name;
  }
}
