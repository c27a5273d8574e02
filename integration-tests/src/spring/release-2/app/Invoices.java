package app;

import dev.orrery.worker.annotation.OrreryJob;
import dev.orrery.worker.annotation.OrrerySchedule;
import org.springframework.stereotype.Component;

/** The jobs of the second release: one has another schedule, one another name, and one is gone. */
@Component
class Invoices {
  @OrreryJob("changed")
  @OrrerySchedule(cron = "*/3 * * * * *", priority = 7)
  String changed() {
    return "release 2";
  }

  @OrreryJob("new-name")
  @OrrerySchedule(cron = "*/2 * * * * *")
  String renamed() {
    return "release 2";
  }
}
