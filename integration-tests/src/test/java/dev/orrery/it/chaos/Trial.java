package dev.orrery.it.chaos;

import dev.orrery.it.Leases;
import dev.orrery.it.chaos.check.Facts;
import dev.orrery.it.chaos.check.Facts.Observed;
import dev.orrery.it.chaos.check.Facts.Outage;
import dev.orrery.it.chaos.load.AttemptJournal;
import dev.orrery.it.chaos.load.Complaints;
import dev.orrery.it.chaos.load.FactsReader;
import dev.orrery.it.chaos.load.Job;
import dev.orrery.it.chaos.load.Ledger;
import dev.orrery.it.chaos.load.Triggers;
import dev.orrery.it.chaos.load.Witness;
import dev.orrery.it.chaos.load.Workload;
import dev.orrery.it.chaos.world.Member;
import dev.orrery.it.chaos.world.World;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;

/** What is known of a world while and after it is disturbed. */
final class Trial implements AutoCloseable {
  private final World world;
  private final List<Job> jobs;
  private final Ledger ledger = new Ledger();
  private final Witness witness;
  private final List<Outage> outages = Collections.synchronizedList(new ArrayList<>());
  private List<String> silent = List.of();
  private AttemptJournal journal;

  /** Applies the jobs and begins to look. */
  Trial(World world, List<Job> jobs) {
    this.world = world;
    this.jobs = jobs;
    Workload.putJobs(world, jobs);
    this.witness = new Witness(world.database());
  }

  Ledger ledger() {
    return ledger;
  }

  Witness witness() {
    return witness;
  }

  /** The database was away, for so long that everybody has noticed. */
  void outage(Outage outage) {
    outages.add(outage);
  }

  /**
   * Waits until every trigger has fired and everything has ended, after the faults are over; gives
   * up after the time, which shows in the facts.
   */
  void settle(Duration longest) throws SQLException, InterruptedException {
    List<Job> firing = jobs.stream().filter(job -> Job.FIRING.contains(job)).toList();
    Instant healed = Instant.now();
    await(longest, () -> Triggers.silentSince(world.database(), healed).isEmpty());
    silent = Triggers.silentSince(world.database(), healed);
    Workload.disable(world, firing);
    await(longest, () -> world.database().count("select count(*) from instance") == 0);
  }

  private static void await(Duration longest, Callable<Boolean> condition)
      throws InterruptedException {
    long deadline = System.nanoTime() + longest.toNanos();
    while (System.nanoTime() < deadline && !holds(condition)) {
      Thread.sleep(200);
    }
  }

  private static boolean holds(Callable<Boolean> condition) {
    try {
      return condition.call();
    } catch (Exception e) {
      throw new AssertionError("The database cannot be asked though no fault is there", e);
    }
  }

  Facts facts() throws SQLException, IOException, InterruptedException {
    journal = AttemptJournal.read(world.journal());
    Observed observed =
        new Observed(
            Leases.LEASE,
            witness.overLimit(),
            List.copyOf(outages),
            FactsReader.expired(world.database()),
            silent,
            world.members().map(Member::deaths).flatMap(List::stream).toList(),
            Complaints.of(world));
    return FactsReader.read(world.database(), jobs, ledger.told(), journal.traces(), observed);
  }

  /** How many attempts began under a wall clock that was wrong by hours; after {@link #facts}. */
  int wrongClocks() {
    return journal.wrongClocks();
  }

  @Override
  public void close() {
    witness.close();
  }
}
