package com.example;

import dev.orrery.worker.annotation.JobContext;
import dev.orrery.worker.annotation.OrreryJob;
import dev.orrery.worker.annotation.OrrerySchedule;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.LocalDate;
import java.util.Optional;

@ApplicationScoped
public class Invoices {
  record Sent(LocalDate day, int invoices) {}

  @OrreryJob("send-invoices")
  @OrrerySchedule(cron = "0 30 2 * * *", zone = "Europe/Berlin")
  Sent send(Optional<LocalDate> day, JobContext job) {
    LocalDate sent = day.orElseGet(LocalDate::now);
    job.log("sending the invoices of " + sent);
    job.progress(100, "3 of 3");
    return new Sent(sent, 3);
  }
}
