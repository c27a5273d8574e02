package dev.orrery.scheduler.powerjob;

import dev.orrery.powerjob.Heartbeat;
import dev.orrery.protocol.message.RenewRequest;
import dev.orrery.scheduler.base.time.Ticker;
import dev.orrery.scheduler.engine.worker.RenewalService;
import jakarta.inject.Singleton;

/** Renews the session of a seat at each heartbeat of its worker. */
@Singleton
class SeatRenewal {
  private final SeatRegistry seats;
  private final SeatPoller poller;
  private final RunTracker runs;
  private final RenewalService renewals;
  private final Ticker ticker;

  SeatRenewal(
      SeatRegistry seats,
      SeatPoller poller,
      RunTracker runs,
      RenewalService renewals,
      Ticker ticker) {
    this.seats = seats;
    this.poller = poller;
    this.runs = runs;
    this.renewals = renewals;
    this.ticker = ticker;
  }

  /** Takes a heartbeat that this replica has received. */
  void heartbeat(WorkerSeat seat, Heartbeat heartbeat) {
    heard(seat, heartbeat.overload(), heartbeat.isIdle(), ticker.nanos());
  }

  /**
   * Takes a heartbeat that some replica has received at this time.
   *
   * @param idle whether the worker says that it has no run
   */
  void heard(WorkerSeat seat, boolean overload, boolean idle, long nanos) {
    if (idle) {
      runs.suspect(seat, nanos);
    }
    if (seat.heartbeat(overload, nanos)) {
      poller.pollSoon(seat);
    }
    var unused =
        renewals
            .renew(
                seat.app().caller(),
                new RenewRequest(seat.session().toString(), seat.held(), seat.isDraining()))
            .whenComplete(
                (renewed, failure) -> {
                  if (failure == null) {
                    renewed.lost().forEach(attempt -> runs.abandon(seat, attempt));
                    runs.cancel(seat, renewed.cancels());
                  } else {
                    seats.dropIfSessionGone(seat, failure);
                  }
                });
  }
}
