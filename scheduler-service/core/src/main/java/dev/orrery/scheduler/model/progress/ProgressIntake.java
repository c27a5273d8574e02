package dev.orrery.scheduler.model.progress;

import dev.orrery.protocol.message.MessageLimits;
import dev.orrery.protocol.message.ProgressUpdate;
import dev.orrery.scheduler.base.database.EngineExecutor;
import dev.orrery.scheduler.model.commit.CommitMetrics;
import dev.orrery.scheduler.model.commit.GroupCommit;
import dev.orrery.scheduler.model.progress.ProgressStore.Said;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Writes progress, best effort: no caller waits, and the next update replaces a lost one. Many
 * updates share a statement, and updates are dropped if the database is slow.
 */
@ApplicationScoped
public class ProgressIntake {
  private static final Logger LOG = Logger.getLogger(ProgressIntake.class);

  private final GroupCommit<List<Said>, Boolean> group;

  ProgressIntake(ProgressStore store, EngineExecutor executor, CommitMetrics groups) {
    group =
        groups.watch(
            new GroupCommit<>(
                ProgressLimits.COMMIT,
                CompletableFuture.delayedExecutor(
                    ProgressLimits.COMMIT_DELAY_MILLIS, TimeUnit.MILLISECONDS, executor),
                List::size,
                said -> said.get(0).session(),
                messages -> {
                  store.write(messages.stream().flatMap(List::stream).toList());
                  return messages.stream().map(message -> Boolean.TRUE).toList();
                }));
  }

  /**
   * Queues updates of the session. Skips attempts that the session does not hold, and updates
   * beyond {@link MessageLimits#MAX_PROGRESS_UPDATES}.
   */
  public void take(int app, UUID session, List<ProgressUpdate> progress) {
    List<Said> said = bounded(session, progress);
    if (said.isEmpty()) {
      return;
    }
    var unused =
        group
            .submit(app, said)
            .whenComplete(
                (done, failure) -> {
                  if (failure != null) {
                    LOG.debugf("Failed to write progress; dropped it: %s", failure);
                  }
                });
  }

  /** Returns the last update of each instance, because a statement can write a row only once. */
  static List<Said> bounded(UUID session, List<ProgressUpdate> progress) {
    Map<Long, Said> newest = new LinkedHashMap<>();
    progress.stream()
        .limit(MessageLimits.MAX_PROGRESS_UPDATES)
        .forEach(
            update ->
                newest.put(
                    update.instance(),
                    new Said(
                        session,
                        new ProgressUpdate(
                            update.instance(),
                            update.attempt(),
                            ProgressUpdate.bounded(update.percent()),
                            ProgressUpdate.cleanMessage(update.message())))));
    return List.copyOf(newest.values());
  }
}
