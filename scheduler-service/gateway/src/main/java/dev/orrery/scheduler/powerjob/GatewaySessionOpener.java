package dev.orrery.scheduler.powerjob;

import dev.orrery.powerjob.Heartbeat;
import dev.orrery.protocol.message.MessageLimits;
import dev.orrery.protocol.message.WorkerOffer;
import dev.orrery.protocol.text.BoundedText;
import dev.orrery.protocol.text.SafeText;
import dev.orrery.scheduler.base.database.DatabaseException;
import dev.orrery.scheduler.base.database.EngineExecutor;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.base.problem.ProblemMapper;
import dev.orrery.scheduler.base.quota.QuotaPermit;
import dev.orrery.scheduler.base.time.Ticker;
import dev.orrery.scheduler.engine.agreement.HandshakeService;
import dev.orrery.scheduler.model.commit.CommitMetrics;
import dev.orrery.scheduler.model.commit.GroupCommit;
import dev.orrery.scheduler.powerjob.GatewaySessionStore.Beat;
import dev.orrery.scheduler.powerjob.GatewaySessionStore.Owned;
import dev.orrery.scheduler.powerjob.GatewaySessionStore.Running;
import dev.orrery.scheduler.powerjob.app.OpenedApp;
import dev.orrery.scheduler.powerjob.wire.WireIdService;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.jboss.logging.Logger;

/**
 * Makes this replica the owner of PowerJob workers: opens their sessions, or adopts the sessions of
 * former owners.
 */
@Singleton
class GatewaySessionOpener {
  static final int MAX_THREADS = Math.min(500, GatewaySession.threads(MessageLimits.MAX_CAPACITY));

  private static final UUID NO_SESSION = new UUID(0, 0);

  private static final GroupCommit.Settings HEARTBEATS =
      new GroupCommit.Settings("PowerJob heartbeats", 500, 5_000, 1);

  private static final GroupCommit.Settings FORMERS =
      new GroupCommit.Settings("PowerJob heartbeats of former sessions", 500, 5_000, 1);

  /** Each opening is a few statements, so apps take turns, and threads stay for other work. */
  private static final GroupCommit.Settings OPENINGS =
      new GroupCommit.Settings("PowerJob workers", 20, 2 * PowerJobLimits.MAX_SESSIONS, 2);

  private static final Logger LOG = Logger.getLogger(GatewaySessionOpener.class);

  private final GatewayLoop loop;
  private final GatewaySessionRegistry gatewaySessions;
  private final SessionPoll poll;
  private final RunTracker runs;
  private final GatewaySessionStore store;
  private final WireIdService wireIds;
  private final HandshakeService handshakes;
  private final JoinRefusal refusals;
  private final WorkerProof proofs;
  private final Ticker ticker;
  private final GroupCommit<Beat, Optional<Owned>> heartbeats;
  private final GroupCommit<Beat, Boolean> formers;
  private final GroupCommit<Opening, Optional<Opened>> openings;
  private final OwnerThread thread = new OwnerThread();
  private final Set<GatewaySessionStore.Key> opening = new HashSet<>();

  GatewaySessionOpener(
      GatewayLoop loop,
      GatewaySessionRegistry gatewaySessions,
      SessionPoll poll,
      RunTracker runs,
      GatewaySessionStore store,
      WireIdService wireIds,
      HandshakeService handshakes,
      JoinRefusal refusals,
      WorkerProof proofs,
      EngineExecutor executor,
      CommitMetrics groups,
      Ticker ticker) {
    this.loop = loop;
    this.gatewaySessions = gatewaySessions;
    this.poll = poll;
    this.runs = runs;
    this.store = store;
    this.wireIds = wireIds;
    this.handshakes = handshakes;
    this.refusals = refusals;
    this.proofs = proofs;
    this.ticker = ticker;
    this.heartbeats =
        groups.watch(
            new GroupCommit<>(HEARTBEATS, executor, beat -> 1, Beat::worker, this::commit));
    this.formers =
        groups.watch(
            new GroupCommit<>(FORMERS, executor, beat -> 1, Beat::worker, this::commitFormers));
    this.openings = groups.watch(new GroupCommit<>(OPENINGS, executor, this::openEach));
  }

  /**
   * Of a worker without a gateway session here: takes it if it answers, unless another replica has
   * it.
   */
  void announce(GatewayWorker worker, Heartbeat heartbeat) {
    thread.require();
    if (!opening.add(worker.key())) {
      return;
    }
    var unused =
        loop.handle(
            proofs
                .of(worker.app(), worker.channel())
                .thenCompose(
                    answers ->
                        answers
                            ? take(worker, heartbeat)
                            : CompletableFuture.completedFuture(Optional.empty())),
            (opened, failure) -> {
              opening.remove(worker.key());
              if (failure == null) {
                opened.ifPresent(begun -> poll.heartbeat(serve(begun), heartbeat));
              } else {
                logFailedOpening(worker.key(), failure);
              }
            });
  }

  private CompletableFuture<Optional<Opened>> take(GatewayWorker worker, Heartbeat heartbeat) {
    OpenedApp app = worker.app();
    Optional<QuotaPermit> place = gatewaySessions.holdPlace(worker.key());
    return heartbeats
        .submit(app.id(), beat(worker, heartbeat, place.isPresent()))
        .thenCompose(
            owned -> {
              boolean isMine =
                  owned.filter(found -> found.owner().equals(gatewaySessions.owner())).isPresent();
              if (place.isEmpty() && (isMine || owned.isEmpty())) {
                refusals.tooMany(app, worker.channel().host());
              }
              return isMine && place.isPresent()
                  ? openings.submit(
                      app.id(), new Opening(worker, owned.get().session(), heartbeat, place.get()))
                  : CompletableFuture.completedFuture(Optional.<Opened>empty());
            })
        .whenComplete(
            (opened, failure) -> {
              if (failure != null || opened.isEmpty()) {
                place.ifPresent(QuotaPermit::release);
              }
            });
  }

  /**
   * Keeps the sessions with former offers of a worker alive, whose owner may be another replica.
   */
  void announceToFormer(GatewayWorker worker, Heartbeat heartbeat) {
    var unused =
        formers
            .submit(worker.app().id(), beat(worker, heartbeat, true))
            .exceptionally(
                failure -> {
                  LOG.debugf(
                      "Failed to record the heartbeat of a PowerJob worker for its previous"
                          + " session; retrying at its next heartbeat: worker=%s: %s",
                      worker.channel(), failure);
                  return false;
                });
  }

  private List<Boolean> commitFormers(List<Beat> beats) {
    store.heardFormer(beats);
    return beats.stream().map(beat -> true).toList();
  }

  private static Beat beat(GatewayWorker worker, Heartbeat heartbeat, boolean fits) {
    return new Beat(
        worker.key(),
        worker.channel().protocol().canonicalName(),
        heartbeat.tag(),
        heartbeat.overload(),
        worker.offer().kind().isIdle(heartbeat),
        fits);
  }

  private static void logFailedOpening(GatewaySessionStore.Key key, Throwable failure) {
    Throwable cause = ProblemMapper.unwrap(failure);
    if (cause instanceof DatabaseException
        || cause instanceof ProblemException
        || cause instanceof RejectedExecutionException) {
      LOG.debugf(
          "Failed to open a session for a PowerJob worker; retrying at its next heartbeat: worker=%s: %s",
          key, cause);
    } else {
      LOG.errorf(
          cause,
          "Failed to open a session for a PowerJob worker; retrying at its next heartbeat: worker=%s",
          key);
    }
  }

  private List<Optional<Owned>> commit(List<Beat> beats) {
    Map<GatewaySessionStore.Key, Owned> owned =
        store.heard(beats, gatewaySessions.owner(), NO_SESSION);
    return beats.stream().map(beat -> Optional.ofNullable(owned.get(beat.worker()))).toList();
  }

  /**
   * A worker that this replica has taken.
   *
   * @param session that its former owner opened, or {@link #NO_SESSION}
   * @param place among the gateway sessions of this replica
   */
  private record Opening(
      GatewayWorker worker, UUID session, Heartbeat heartbeat, QuotaPermit place) {}

  private List<Optional<Opened>> openEach(List<Opening> group) {
    return group.stream().map(this::tryOpen).toList();
  }

  private Optional<Opened> tryOpen(Opening opening) {
    try {
      return loop.isStopped() ? Optional.empty() : Optional.of(open(opening));
    } catch (RuntimeException e) {
      logFailedOpening(opening.worker().key(), e);
      return Optional.empty();
    }
  }

  /** Continues the session of a worker, or opens one; blocks. */
  private Opened open(Opening opening) {
    GatewayWorker worker = opening.worker();
    int threads = opening.heartbeat().threads(MAX_THREADS);
    if (!opening.session().equals(NO_SESSION) && store.isLive(opening.session())) {
      return adopt(worker, opening.session(), threads, opening.place());
    }
    UUID fresh = newSession(worker, threads, opening.heartbeat());
    store.opened(worker.key(), gatewaySessions.owner(), fresh);
    return new Opened(
        new GatewaySession(worker, fresh, false, threads, ticker.nanos(), opening.place()),
        List.of());
  }

  /**
   * A session that this replica begins to serve.
   *
   * @param runs that its worker may have
   */
  record Opened(GatewaySession gatewaySession, List<AdoptedRun> runs) {}

  /**
   * @param unsent true if the former owner has not sent it
   */
  record AdoptedRun(Running attempt, long wireId, boolean unsent) {}

  /**
   * Reads what the worker of a session has; blocks.
   *
   * @param threads of the worker for light runs
   * @param place the caller releases it if this fails
   */
  Opened adopt(GatewayWorker worker, UUID session, int threads, QuotaPermit place) {
    Optional<Set<Long>> sent = store.takeSent(worker.key(), gatewaySessions.owner());
    List<AdoptedRun> running =
        store.running(session).stream()
            .map(
                attempt ->
                    new AdoptedRun(attempt, wireIds.of(attempt.attempt()), attempt.isUnsent(sent)))
            .toList();
    LOG.infof(
        "Took over a PowerJob worker; asking it about its runs: app=%s worker=%s runs=%d",
        worker.app().app(), worker.channel(), running.size());
    return new Opened(
        new GatewaySession(worker, session, true, threads, ticker.nanos(), place), running);
  }

  /** Begins to poll for a worker, on the loop. */
  GatewaySession serve(Opened opened) {
    GatewaySession gatewaySession = opened.gatewaySession();
    List<WorkerRun> unsent = new ArrayList<>();
    for (AdoptedRun adopted : opened.runs()) {
      Optional<WorkerRun> run = runs.adopt(gatewaySession, adopted.attempt(), adopted.wireId());
      run.filter(added -> adopted.unsent()).ifPresent(unsent::add);
    }
    gatewaySessions.put(gatewaySession);
    poll.poll(gatewaySession);
    unsent.forEach(run -> runs.undelivered(gatewaySession, run));
    return gatewaySession;
  }

  private UUID newSession(GatewayWorker worker, int threads, Heartbeat heartbeat) {
    OpenedApp app = worker.app();
    WorkerChannel channel = worker.channel();
    GatewayOffer offered = worker.offer();
    WorkerOffer offer =
        new WorkerOffer(
            channel.protocol().canonicalName(),
            null,
            null,
            null,
            softwareVersion(heartbeat),
            app.app(),
            channel.name(),
            offered.tags(),
            List.of(offered.kind().processor()),
            offered.kind().capacity(threads));
    return handshakes.openForPowerJob(app.id(), offer, channel.protocol(), channel.host());
  }

  /** The worker sends its version as any text. */
  private static String softwareVersion(Heartbeat heartbeat) {
    return BoundedText.abbreviate(
        SafeText.line("PowerJob " + heartbeat.version()),
        MessageLimits.MAX_SOFTWARE_VERSION_LENGTH);
  }
}
