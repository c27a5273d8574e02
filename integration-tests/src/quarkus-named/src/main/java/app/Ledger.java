package app;

import dev.orrery.worker.annotation.OrreryJob;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A job of another app than those of {@link Billing}, with the name of one of these. */
@ApplicationScoped
class Ledger {
  private final Store store;

  Ledger(Store store) {
    this.store = store;
  }

  @OrreryJob(value = "slow", worker = "ledger")
  String slow(Duration pause) throws InterruptedException {
    TimeUnit.NANOSECONDS.sleep(pause.toNanos());
    return store.write("the ledger");
  }
}
