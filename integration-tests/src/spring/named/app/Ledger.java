package app;

import dev.orrery.worker.annotation.OrreryJob;
import java.time.Duration;
import org.springframework.stereotype.Component;

/** A job of another app than those of {@link Billing}, with the name of one of these. */
@Component
class Ledger {
  private final Store store;

  Ledger(Store store) {
    this.store = store;
  }

  @OrreryJob(value = "slow", worker = "ledger")
  String slow(Duration pause) throws InterruptedException {
    Thread.sleep(pause.toMillis());
    return store.write("the ledger");
  }
}
