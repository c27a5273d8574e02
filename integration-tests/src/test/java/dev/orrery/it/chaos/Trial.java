package dev.orrery.it.chaos;

import dev.orrery.it.Leases;
import dev.orrery.it.chaos.check.Facts;
import dev.orrery.it.chaos.check.Facts.Observed;
import dev.orrery.it.chaos.check.Facts.Outage;
import dev.orrery.it.chaos.load.AttemptJournal;
import dev.orrery.it.chaos.load.CallHistory;
import dev.orrery.it.chaos.load.Complaints;
import dev.orrery.it.chaos.load.DatabaseObserver;
import dev.orrery.it.chaos.load.FactsReader;
import dev.orrery.it.chaos.load.Job;
import dev.orrery.it.chaos.load.ReadinessObserver;
import dev.orrery.it.chaos.load.Triggers;
import dev.orrery.it.chaos.load.Workload;
import dev.orrery.it.chaos.world.ClusterNode;
import dev.orrery.it.chaos.world.TestCluster;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;

/** Records facts about a test cluster during and after the faults. */
final class Trial implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofMinutes(10);

  private final TestCluster world;
  private final List<Job> jobs;
  private final CallHistory ledger = new CallHistory();
  private final DatabaseObserver witness;
  private final ReadinessObserver readiness;
  private final List<Outage> outages = Collections.synchronizedList(new ArrayList<>());
  private List<String> silent = List.of();
  private AttemptJournal journal;

  /** Applies the jobs and starts the observers. */
  Trial(TestCluster world, List<Job> jobs) {
    this.world = world;
    this.jobs = jobs;
    Workload.putJobs(world, jobs);
    this.witness = new DatabaseObserver(world::database);
    this.readiness = new ReadinessObserver(world.replicas());
  }

  CallHistory ledger() {
    return ledger;
  }

  DatabaseObserver witness() {
    return witness;
  }

  /** Records that the database refused writes long enough for every replica to notice. */
  void outage(Outage outage) {
    outages.add(outage);
  }

  /**
   * Waits until every trigger has fired and everything has ended, after the faults are over. Gives
   * up, which shows in the facts, when no trigger fires or no instance ends for this time. A
   * shrinking queue is not stuck, however long it is.
   */
  void settle(Duration quiet) throws SQLException, InterruptedException {
    List<Job> firing =
        jobs.stream().filter(job -> Job.FIRING.contains(job.in(TestCluster.APP))).toList();
    Instant healed = Instant.now();
    awaitNone(quiet, () -> Triggers.silentSince(world.database(), healed).size());
    silent = Triggers.silentSince(world.database(), healed);
    Workload.disable(world, firing);
    awaitNone(quiet, () -> world.database().count("select count(*) from instance"));
  }

  /** Gives up when the number has not fallen for this time, or after ten minutes. */
  private static void awaitNone(Duration quiet, Callable<Number> left) throws InterruptedException {
    long end = System.nanoTime() + TIMEOUT.toNanos();
    long least = Long.MAX_VALUE;
    long fellAt = System.nanoTime();
    while (least > 0 && System.nanoTime() - end < 0) {
      long now = ask(left);
      if (now < least) {
        least = now;
        fellAt = System.nanoTime();
      } else if (System.nanoTime() - fellAt > quiet.toNanos()) {
        return;
      }
      Thread.sleep(200);
    }
  }

  private static long ask(Callable<Number> left) {
    try {
      return left.call().longValue();
    } catch (Exception e) {
      throw new AssertionError("The database cannot be asked though no fault is there", e);
    }
  }

  Facts facts() throws SQLException, IOException, InterruptedException {
    Observed observed =
        new Observed(
            Leases.LEASE,
            witness.overLimit(),
            List.copyOf(outages),
            readiness.ready(),
            FactsReader.expired(world.database()),
            silent,
            world.members().map(ClusterNode::deaths).flatMap(List::stream).toList(),
            Complaints.of(world));
    FactsReader.Stored stored = FactsReader.stored(world.database());
    // After the database: whatever ended there has written its journal before.
    journal = AttemptJournal.read(world.journal());
    return stored.facts(jobs, ledger.clientView(), journal.traces(), observed);
  }

  /**
   * The number of attempts that began under a wall clock that was off by hours; call after {@link
   * #facts}.
   */
  int wrongClocks() {
    return journal.wrongClocks();
  }

  @Override
  public void close() {
    witness.close();
    readiness.close();
  }
}
