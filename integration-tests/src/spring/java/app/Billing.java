package app;

import dev.orrery.worker.annotation.JobContext;
import dev.orrery.worker.annotation.OrreryJob;
import dev.orrery.worker.annotation.OrrerySchedule;
import dev.orrery.worker.annotation.Param;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import org.springframework.stereotype.Component;

/** The jobs of the application. */
@Component
class Billing {
  record Imported(int rows, LocalDate day) {}

  private final Store store;

  Billing(Store store) {
    this.store = store;
  }

  @OrreryJob("import-orders")
  Imported importOrders(Path dir, LocalDate day, @Param(defaultValue = "12") int rows, JobContext job) {
    job.log("reading " + dir);
    job.progress(40, "row 4 of 10");
    return new Imported(rows, day);
  }

  @OrreryJob("each-second")
  @OrrerySchedule(cron = "${each-second.cron:* * * * * *}")
  String eachSecond() {
    return store.write("tick");
  }

  @OrreryJob("slow")
  String slow(Duration pause) throws InterruptedException {
    Thread.sleep(pause.toMillis());
    return store.write("slowly");
  }
}
