package dev.orrery.scheduler.engine.worker;

import dev.orrery.protocol.SessionHandle;
import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.protocol.message.RenewRequest;
import dev.orrery.protocol.message.RenewResponse;
import dev.orrery.scheduler.base.database.EngineExecutor;
import dev.orrery.scheduler.base.time.Ticker;
import dev.orrery.scheduler.engine.worker.RenewStore.Line;
import dev.orrery.scheduler.engine.worker.RenewStore.Renewal;
import dev.orrery.scheduler.http.security.Caller;
import dev.orrery.scheduler.model.commit.CommitMetrics;
import dev.orrery.scheduler.model.commit.GroupCommit;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/** Renews the leases of sessions, many in one commit. */
@ApplicationScoped
public class RenewalService {
  private static final Logger LOG = Logger.getLogger(RenewalService.class);

  private final SessionRegistry sessions;
  private final RenewStore store;
  private final SessionConfig config;
  private final Ticker ticker;
  private final GroupCommit<Renewal, Optional<RenewResponse>> group;

  RenewalService(
      SessionRegistry sessions,
      RenewStore store,
      SessionConfig config,
      EngineExecutor executor,
      Ticker ticker,
      CommitMetrics groups) {
    this.sessions = sessions;
    this.store = store;
    this.config = config;
    this.ticker = ticker;
    this.group =
        groups.watch(
            new GroupCommit<>(
                RenewalLimits.COMMIT,
                CompletableFuture.delayedExecutor(
                    RenewalLimits.COMMIT_DELAY_MILLIS, TimeUnit.MILLISECONDS, executor),
                renewal -> 1 + renewal.held().size(),
                Renewal::session,
                this::commit));
  }

  /**
   * Renews the lease of the session, and returns cancels and lost attempts for the worker.
   *
   * @return the response, or a {@link dev.orrery.scheduler.base.problem.ProblemException} {@code
   *     SESSION_GONE}
   */
  public CompletableFuture<RenewResponse> renew(Caller caller, RenewRequest request) {
    return sessions
        .find(caller, request.session())
        .thenCompose(session -> renew(session, request.held(), request.draining()));
  }

  /** Renews a session that made another call, unless it was renewed within half an interval. */
  public void renewIfStale(Session session, List<AttemptRef> held, boolean draining) {
    Duration half = config.renewInterval().dividedBy(2);
    if (session.sinceRenewal().compareTo(half) > 0) {
      // Set before the renewal is written, so that the next poll does not request it again.
      session.renewed(session.leaseRemaining());
      var unused =
          renew(session, held, draining)
              .whenComplete(
                  (answer, failure) -> {
                    if (failure != null) {
                      LOG.debugf(
                          "Failed to renew a session; its next call retries: worker=%s session=%s: %s",
                          session.worker(), SessionHandle.of(session.id()), failure);
                    }
                  });
    }
  }

  private CompletableFuture<RenewResponse> renew(
      Session session, List<AttemptRef> held, boolean draining) {
    long sentAt = ticker.nanos();
    return group
        .submit(session.appId(), new Renewal(session.id(), held, draining))
        .thenApply(
            answer -> {
              if (answer.isEmpty()) {
                sessions.ended(session.id());
                throw SessionRegistry.gone();
              }
              session.renewed(config.lease().minusNanos(ticker.nanos() - sentAt));
              return answer.get();
            });
  }

  private List<Optional<RenewResponse>> commit(List<Renewal> renewals) {
    Map<UUID, List<Line>> lines =
        store.renew(renewals, config.lease()).stream()
            .collect(Collectors.groupingBy(Line::session));
    return renewals.stream().map(renewal -> answer(lines.get(renewal.session()))).toList();
  }

  private Optional<RenewResponse> answer(List<Line> lines) {
    if (!lines.get(0).live()) {
      return Optional.empty();
    }
    return Optional.of(
        new RenewResponse(
            config.lease().toMillis(), attempts(lines, false), attempts(lines, true)));
  }

  private static List<AttemptRef> attempts(List<Line> lines, boolean lost) {
    return lines.stream()
        .filter(line -> line.attempt() != null && line.lost() == lost)
        .map(Line::attempt)
        .toList();
  }
}
