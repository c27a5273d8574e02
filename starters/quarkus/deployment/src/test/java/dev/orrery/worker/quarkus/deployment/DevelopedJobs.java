package dev.orrery.worker.quarkus.deployment;

import dev.orrery.worker.annotation.OrreryJob;
import jakarta.enterprise.context.ApplicationScoped;

/** Changed by {@link DevModeTest} while it runs. */
@ApplicationScoped
public class DevelopedJobs {
  @OrreryJob("first")
  void run() {}
}
