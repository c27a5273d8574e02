package dev.orrery.scheduler.engine.command;

import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.hint.HintBus;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.engine.command.InstanceCommandStore.Retried;
import dev.orrery.scheduler.engine.submission.IdempotencyStore;
import dev.orrery.scheduler.engine.submission.Submission.Idempotency;
import dev.orrery.scheduler.model.instance.EndReason;
import dev.orrery.scheduler.model.instance.InstanceFilter;
import dev.orrery.scheduler.model.instance.InstanceOrigin;
import dev.orrery.scheduler.model.instance.InstanceService;
import dev.orrery.scheduler.model.instance.InstanceState;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Cancels and retries the newest instances that a filter selects. */
@ApplicationScoped
class BulkCommandService {
  static final int MAX_INSTANCES = 10_000;

  /** The maximum bytes of parameters that a retry copies, as for a submission. */
  private static final int MAX_PARAMETER_BYTES = 16 * 1024 * 1024;

  /** Instances per transaction, so that no transaction holds its locks for long. */
  private static final int BATCH_SIZE = 500;

  private static final Set<InstanceState> FAILED =
      Set.of(InstanceState.FAILED, InstanceState.TIMED_OUT);

  private static final Set<InstanceOrigin> NOT_OF_FLOWS =
      Set.copyOf(EnumSet.complementOf(EnumSet.of(InstanceOrigin.FLOW)));

  private final InstanceService instances;
  private final BulkCancellation cancellation;
  private final EngineDatabase database;
  private final HintBus hints;

  BulkCommandService(
      InstanceService instances,
      BulkCancellation cancellation,
      EngineDatabase database,
      HintBus hints) {
    this.instances = instances;
    this.cancellation = cancellation;
    this.database = database;
    this.hints = hints;
  }

  /**
   * A bulk command.
   *
   * @param before an exclusive upper bound of the ids
   * @param dryRun whether instances are only counted
   */
  record Call(int app, InstanceFilter filter, long before, boolean dryRun) {
    private Call withStates(Set<InstanceState> states) {
      return new Call(app, filter.withStates(states), before, dryRun);
    }

    private boolean isFirst() {
      return before == Long.MAX_VALUE;
    }

    private Call withoutNodes() {
      return new Call(app, filter.withOrigins(NOT_OF_FLOWS), before, dryRun);
    }
  }

  /**
   * Cancels the selected instances, each batch in its own transaction, the oldest first, so a flow
   * before its nodes: it would otherwise act on their ends. For the same reason, the first of
   * several calls begins with all older parents. A later call counts those that have not ended by
   * then. Does not change instances that have ended or left the states in the meantime.
   *
   * @throws ProblemException {@code INVALID} for a terminal state, {@code JOB_NOT_FOUND}
   */
  BulkResponse cancel(Call call) {
    Call active = call.withStates(statesOr(call, BulkCancellation.ACTIVE));
    requireStates(active, false, "WAITING or RUNNING, because others have ended");
    InstanceService.Found<Long> found = find(active);
    int changed = 0;
    if (!call.dryRun()) {
      if (call.isFirst()) {
        cancel(active, parentsBefore(active, found.next()));
      }
      changed = cancel(active, found.rows());
    }
    return BulkResponse.of(found.rows().size(), changed, found.next());
  }

  /**
   * Returns the selected instances below an id that await their parts or nodes.
   *
   * @param before null for none
   */
  private List<Long> parentsBefore(Call call, Long before) {
    List<Long> parents = new ArrayList<>();
    if (call.filter().states().contains(InstanceState.AWAITING)) {
      InstanceFilter filter = call.filter().withStates(Set.of(InstanceState.AWAITING));
      for (Long end = before; end != null; ) {
        InstanceService.Found<Long> found = find(new Call(call.app(), filter, end, false));
        parents.addAll(found.rows());
        end = found.next();
      }
    }
    return parents;
  }

  private int cancel(Call call, List<Long> found) {
    List<Long> ids = found.stream().sorted().toList();
    int changed = 0;
    for (int from = 0; from < ids.size(); from += BATCH_SIZE) {
      List<Long> batch = ids.subList(from, Math.min(ids.size(), from + BATCH_SIZE));
      BulkCancellation.Canceled canceled =
          database.transaction(
              connection ->
                  cancellation.cancelThose(
                      connection, batch, call.filter().states(), EndReason.CANCELED));
      canceled.afterCommit().run();
      changed += canceled.count();
    }
    return changed;
  }

  /**
   * Retries the selected instances in one transaction, except those of deleted jobs. Leaves out
   * nodes, which the retry of their flow runs again, unless the filter asks for nodes only. Stops
   * at {@link #MAX_PARAMETER_BYTES} of parameters.
   *
   * @param idempotency null if the call has no key
   * @throws ProblemException {@code INVALID} for a state that is not terminal, and for a key of
   *     another call; {@code JOB_NOT_FOUND}
   */
  BulkResponse retry(Call call, Idempotency idempotency) {
    Call ended =
        (call.filter().origins() == null ? call.withoutNodes() : call)
            .withStates(statesOr(call, FAILED));
    requireStates(ended, true, "states of instances that have ended");
    if (idempotency != null && !call.dryRun()) {
      Optional<BulkResponse> before =
          database.autocommit(
              connection -> BulkCallStore.find(connection, call.app(), idempotency));
      if (before.isPresent()) {
        return before.get();
      }
    }
    InstanceService.Found<Long> found = find(ended);
    return call.dryRun()
        ? BulkResponse.of(found.rows().size(), 0, found.next())
        : retry(call, found, idempotency);
  }

  private BulkResponse retry(
      Call call, InstanceService.Found<Long> found, Idempotency idempotency) {
    record Made(BulkResponse response, List<Retried> retried) {}
    Made made =
        database.transaction(
            connection -> {
              if (idempotency != null) {
                IdempotencyStore.reserve(connection, call.app(), idempotency);
              }
              List<Long> ids =
                  InstanceCommandStore.fitting(connection, found.rows(), MAX_PARAMETER_BYTES);
              List<Retried> retried = InstanceCommandStore.retryAll(connection, ids, call.app());
              Long next = ids.size() < found.rows().size() ? ids.get(ids.size() - 1) : found.next();
              BulkResponse response = BulkResponse.of(ids.size(), retried.size(), next);
              if (idempotency != null) {
                BulkCallStore.keep(connection, call.app(), idempotency, response);
              }
              return new Made(response, retried);
            });
    hints.lanesReady(made.retried().stream().map(Retried::laneId).collect(Collectors.toSet()));
    hints.unblock(made.retried().stream().map(Retried::jobId).collect(Collectors.toSet()));
    return made.response();
  }

  private InstanceService.Found<Long> find(Call call) {
    return instances.findIds(call.app(), call.filter(), call.before(), MAX_INSTANCES);
  }

  private static Set<InstanceState> statesOr(Call call, Set<InstanceState> otherwise) {
    return call.filter().states() == null ? otherwise : call.filter().states();
  }

  private static void requireStates(Call call, boolean ended, String allowed) {
    if (call.filter().states().stream().anyMatch(state -> state.isTerminal() != ended)) {
      throw ProblemException.invalid("states", "'states' must be " + allowed + ".");
    }
  }
}
