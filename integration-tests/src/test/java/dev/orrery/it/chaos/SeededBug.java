package dev.orrery.it.chaos;

import dev.orrery.it.chaos.check.Violation;
import dev.orrery.it.harness.Builds;
import dev.orrery.it.harness.PatchedPackage;
import dev.orrery.it.harness.PatchedPackage.Patch;
import dev.orrery.testing.program.Program;
import java.util.Map;
import java.util.Set;

/**
 * A plausible bug in the scheduler.
 *
 * @param found the expected kinds of violations, of which one is enough
 */
record SeededBug(String name, Set<Violation.Kind> found, Patch patch) {

  /** A report is accepted even if another session holds the attempt now. */
  static final SeededBug NO_FENCE =
      new SeededBug(
          "no-fence",
          Set.of(Violation.Kind.ACCEPTED_TWICE),
          "report.AttemptSuccessStore",
          Map.of(
              "and i.attempt = (select attempts from r)[width_bucket(i.id, (select ids from r))]",
              "",
              "and i.session_id = (select sessions from r)[width_bucket(i.id, (select ids from r))]",
              ""));

  /** Sessions expire for a silence while the scheduler was unreachable. */
  static final SeededBug NO_OUTAGE_GRACE =
      new SeededBug(
          "no-outage-grace",
          Set.of(Violation.Kind.EXPIRED_TOO_SOON),
          "fire.ExpiryGracePeriod",
          Map.of("return ticker.nanos() - reachableSince >= lease.toNanos();", "return true;"));

  /**
   * The instance is committed, and runs, before the trigger is advanced; a crash in between repeats
   * the fire.
   */
  static final SeededBug TWO_STEP_FIRE =
      new SeededBug(
          "two-step-fire",
          Set.of(Violation.Kind.FIRE_DOUBLED),
          "fire.FireService",
          Map.of(
              "private final FireStore store;",
              "private final FireStore store;"
                  + " private dev.orrery.scheduler.database.SqlWork<Boolean> secondStep;",
              "store.advance(connection, jobs, next);",
              "secondStep = then -> { store.advance(then, jobs, next); return true; };",
              "return fired.triggers();",
              "java.util.concurrent.locks.LockSupport.parkNanos(700_000_000L);"
                  + " if (fired.triggers() > 0) { database.transaction(secondStep); }"
                  + " return fired.triggers();"));

  /** The attempts of an ended session are not requeued, nor found by the sweep for orphans. */
  static final SeededBug FORGOTTEN_REQUEUE =
      new SeededBug(
          "forgotten-requeue",
          Set.of(Violation.Kind.STUCK),
          "worker.SessionEndStore",
          Map.of(
              "where session_id = any(?) and state = :RUNNING",
                  "where session_id = any(?) and false",
              "where i.state = :RUNNING", "where false"));

  /** Running instances are not counted against the limit. */
  static final SeededBug FORGOTTEN_LIMIT =
      new SeededBug(
          "forgotten-limit",
          Set.of(Violation.Kind.LIMIT_EXCEEDED),
          "concurrency.UnblockStore",
          Map.of("a.limited and a.state in (:READY, :RUNNING)", "a.limited and a.state = :READY"));

  /** A repeated call with its key is executed again. */
  static final SeededBug FORGOTTEN_KEY =
      new SeededBug(
          "forgotten-key",
          Set.of(Violation.Kind.ACCEPTED_TWICE),
          "submission.SubmissionStore",
          Map.of(
              "where s.key is null or (s.app_id, s.key) in (select app_id, key from keyed)",
              "where true or (s.app_id, s.key) in (select app_id, key from keyed)"));

  /** Cached data under a reused id takes precedence over the database. */
  static final SeededBug BELIEVED_MEMORY =
      new SeededBug(
          "believed-memory",
          Set.of(Violation.Kind.FOREIGN_DOCUMENT),
          "dispatch.AssignmentFactory",
          Map.of(
              "private final JobVersionCache versions;",
              "private final JobVersionCache versions;"
                  + " private final Map<Long, JobVersion> remembered ="
                  + " new java.util.concurrent.ConcurrentHashMap<>();",
              "JobVersion version = known.get(row.version());",
              "JobVersion version = remembered.computeIfAbsent("
                  + "row.version().id() % 2, again -> known.get(row.version()));"));

  /** The scheduler counts a read-only database as reachable, although no session can be renewed. */
  static final SeededBug READ_ONLY_IS_NO_OUTAGE =
      new SeededBug(
          "read-only-is-no-outage",
          Set.of(Violation.Kind.EXPIRED_TOO_SOON),
          "database.DatabaseException",
          Map.of("|| isReadOnly()", ""));

  /** The write check waits 30 s for a response, so a hang of the database is noticed late. */
  static final SeededBug HANG_NOTICED_LATE =
      new SeededBug(
          "hang-noticed-late",
          Set.of(Violation.Kind.READY_IN_OUTAGE),
          "failover.ProbeStore",
          Map.of("LONGEST = Duration.ofSeconds(2)", "LONGEST = Duration.ofSeconds(30)"));

  /** The write check only reads, so a replica without writes stays ready. */
  static final SeededBug READS_ARE_ENOUGH =
      new SeededBug(
          "reads-are-enough",
          Set.of(Violation.Kind.READY_IN_OUTAGE),
          "failover.ProbeStore",
          Map.of(
              "= ? for update skip locked\n",
              "= ?\n",
              "update setting s set value = statement_timestamp()::text\n"
                  + "        from free where s.name = free.name returning s.name",
              "select name from free"));

  /**
   * Two looks at a parent, by two replicas, do not wait for each other: both make the same parts,
   * or both end the parent, which the scheduler itself reports.
   */
  static final SeededBug LOOK_WITHOUT_LOCK =
      new SeededBug(
          "look-without-lock",
          Set.of(Violation.Kind.ACCEPTED_TWICE, Violation.Kind.OWN_COMPLAINT),
          "parent.ParentStore",
          Map.of(
              "for update\n      ) i cross",
              ") i cross",
              "for update\n      ) p cross",
              ") p cross",
              "return states;",
              "java.util.concurrent.locks.LockSupport.parkNanos(1_500_000_000L); return states;"));

  /** A parent without active parts ends, even if it has not made all of them. */
  static final SeededBug PARTS_FORGOTTEN =
      new SeededBug(
          "parts-forgotten",
          Set.of(Violation.Kind.ENDED_EARLY),
          "parent.ParentDecision",
          Map.of("active == 0 && made == total && failed", "active == 0 && failed"));

  private static final String PAUSE =
      "java.util.concurrent.locks.LockSupport.parkNanos(1_500_000_000L); ";

  /**
   * A node's run is committed before its mark: a look of another replica in between starts it
   * again.
   */
  static final SeededBug NODE_MARKED_LATER =
      new SeededBug(
          "node-marked-later",
          Set.of(Violation.Kind.ACCEPTED_TWICE),
          "parent.FlowStore",
          Map.of(
              "set state = :RUNNING, instance_id = made.id",
              "set instance_id = made.id",
              "return keys(SqlStatement.of(connection, START)",
              "List<StartedNode> begun = keys(SqlStatement.of(connection, START)",
              "row.getBoolean(\"too_deep\")));",
              "row.getBoolean(\"too_deep\"))); connection.commit(); "
                  + PAUSE
                  + "SqlStatement.of(connection, \"update flow_node set state = 3"
                  + " where flow_id = any(?) and state = 0 and instance_id is not null\")"
                  + ".bigints(nodes.stream().map(node -> node.key().flow()).toList()).update();"
                  + " return begun;"));

  /** Two looks at a flow, by two replicas, do not wait for each other. */
  static final SeededBug FLOW_WITHOUT_LOCK =
      new SeededBug(
          "flow-without-lock",
          Set.of(Violation.Kind.ACCEPTED_TWICE, Violation.Kind.OWN_COMPLAINT),
          "parent.FlowLook",
          Map.of(
              "startNodes(connection, running, endedNodes, result);",
              "connection.commit(); "
                  + PAUSE
                  + "startNodes(connection, running, endedNodes, result);"));

  /** A look decides with what it read of the nodes before it had the lock of their flow. */
  static final SeededBug NODES_READ_BEFORE_LOCK =
      new SeededBug(
          "nodes-read-before-lock",
          Set.of(Violation.Kind.ACCEPTED_TWICE, Violation.Kind.OWN_COMPLAINT),
          "parent.FlowLook",
          Map.of(
              "startNodes(connection, running, endedNodes, result);",
              "connection.commit(); "
                  + PAUSE
                  + "ParentStore.lockAwaiting(connection,"
                  + " parents.stream().map(AwaitingParent::id).toList());"
                  + " startNodes(connection, running, endedNodes, result);"));

  /** A node starts when one of those that it needs has ended. */
  static final SeededBug ONE_NEED_IS_ENOUGH =
      new SeededBug(
          "one-need-is-enough",
          Set.of(Violation.Kind.WRONG_NODE),
          "parent.FlowDecision",
          Map.of(
              "|| !node.needs().stream().allMatch(need -> states.get(need).hasEnded())",
              "|| !node.needs().isEmpty()"
                  + " && node.needs().stream().noneMatch(need -> states.get(need).hasEnded())"));

  /**
   * @param type the class with the bug, below the scheduler's package
   * @param replacements of texts of its source
   */
  private SeededBug(
      String name, Set<Violation.Kind> found, String type, Map<String, String> replacements) {
    this(
        name,
        found,
        new Patch(
            "bug-" + name, "scheduler-service", "dev.orrery.scheduler." + type, replacements));
  }

  Program program() {
    return Program.at(PatchedPackage.of(Builds.ownScheduler().directory(), patch));
  }
}
