package app;

import dev.orrery.worker.annotation.OrreryJob;
import dev.orrery.worker.annotation.OrrerySchedule;
import org.springframework.stereotype.Component;

/** The jobs of the first release. */
@Component
class Invoices {
  @OrreryJob("changed")
  @OrrerySchedule(cron = "* * * * * *")
  String changed() {
    return "release 1";
  }

  @OrreryJob("old-name")
  @OrrerySchedule(cron = "*/2 * * * * *")
  String renamed() {
    return "release 1";
  }

  @OrreryJob("removed")
  @OrrerySchedule(cron = "*/2 * * * * *")
  String removed() {
    return "release 1";
  }
}
