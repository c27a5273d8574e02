package dev.orrery.scheduler.parent;

import dev.orrery.scheduler.database.EngineDatabase;
import dev.orrery.scheduler.hint.Hint;
import dev.orrery.scheduler.hint.HintBus;
import dev.orrery.scheduler.job.JobVersion;
import dev.orrery.scheduler.job.JobVersionCache;
import dev.orrery.scheduler.job.JobVersionKey;
import dev.orrery.scheduler.job.document.FanOutDocument;
import dev.orrery.scheduler.parent.ParentStore.NewParent;
import dev.orrery.scheduler.parent.ParentStore.ReadyParent;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** Takes ready parents out of their lanes. */
@ApplicationScoped
class ParentStarter {
  private final EngineDatabase database;
  private final JobVersionCache versions;
  private final HintBus hints;

  ParentStarter(EngineDatabase database, JobVersionCache versions, HintBus hints) {
    this.database = database;
    this.versions = versions;
    this.hints = hints;
  }

  private record Started(List<Long> parents, Set<UUID> sessions) {}

  /**
   * Starts ready parents, at most {@link ParentLimits#STARTED_AT_ONCE}; blocks. A broadcast gets
   * all its parts; for shards, the first look makes them.
   *
   * @return the started parents
   */
  List<Long> start() {
    Started started = database.transaction(this::start);
    if (!started.sessions().isEmpty()) {
      hints.publish(new Hint.Deliver(started.sessions()));
    }
    return started.parents();
  }

  private Started start(Connection connection) throws SQLException {
    List<ReadyParent> ready = ParentStore.lockReady(connection);
    Map<JobVersionKey, Optional<FanOutDocument>> fanOuts =
        versions.parts(
            connection,
            ready.stream().map(ReadyParent::version).collect(Collectors.toSet()),
            ParentStarter::fanOut);
    List<NewParent> parents = new ArrayList<>();
    Set<UUID> sessions = new HashSet<>();
    for (ReadyParent parent : ready) {
      Optional<FanOutDocument> fanOut = fanOuts.get(parent.version());
      if (fanOut.isEmpty()) {
        continue;
      }
      if (!fanOut.get().broadcasts()) {
        parents.add(shards(parent, fanOut.get()));
        continue;
      }
      List<UUID> reached = ParentStore.makePinned(connection, parent);
      // The last worker may have left since the parent was found; it then stays ready.
      if (!reached.isEmpty()) {
        sessions.addAll(reached);
        parents.add(broadcast(parent, fanOut.get(), reached.size()));
      }
    }
    ParentStore.start(connection, parents);
    return new Started(parents.stream().map(NewParent::id).toList(), sessions);
  }

  /** Empty for a document that another release wrote: that release starts the parent. */
  private static Optional<FanOutDocument> fanOut(JobVersion job) {
    return job.isReadable() ? job.document().fanOutIfAny() : Optional.empty();
  }

  private static NewParent shards(ReadyParent parent, FanOutDocument fanOut) {
    int total = fanOut.count();
    return new NewParent(parent.id(), total, 0, fanOut.parallelism(), fanOut.tolerate().of(total));
  }

  private static NewParent broadcast(ReadyParent parent, FanOutDocument fanOut, int total) {
    return new NewParent(parent.id(), total, total, total, fanOut.tolerate().of(total));
  }
}
