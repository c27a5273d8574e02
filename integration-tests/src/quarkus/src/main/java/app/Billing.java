package app;

import dev.orrery.worker.annotation.JobContext;
import dev.orrery.worker.annotation.OrreryJob;
import dev.orrery.worker.annotation.OrrerySchedule;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.concurrent.TimeUnit;

@ApplicationScoped
class Billing {
  record Imported(int rows, LocalDate day) {}

  private final Store store;

  Billing(Store store) {
    this.store = store;
  }

  @OrreryJob("import-orders")
  Imported importOrders(Path dir, LocalDate day, JobContext job) {
    job.log("reading " + dir);
    job.progress(40, "row 14 of 40");
    return new Imported(12, day);
  }

  @OrreryJob("each-second")
  @OrrerySchedule(cron = "${each-second.cron:* * * * * *}")
  void eachSecond() {}

  @OrreryJob("slow")
  String slow(Duration pause, JobContext job) throws InterruptedException {
    job.log("pausing " + pause);
    TimeUnit.NANOSECONDS.sleep(pause.toNanos());
    return store.write("slowly");
  }
}
