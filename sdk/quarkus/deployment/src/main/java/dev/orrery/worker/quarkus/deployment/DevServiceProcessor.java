package dev.orrery.worker.quarkus.deployment;

import dev.orrery.worker.test.scheduler.LocalScheduler;
import io.quarkus.deployment.IsDevServicesSupportedByLaunchMode;
import io.quarkus.deployment.annotations.BuildProducer;
import io.quarkus.deployment.annotations.BuildStep;
import io.quarkus.deployment.builditem.CuratedApplicationShutdownBuildItem;
import io.quarkus.deployment.builditem.DevServicesResultBuildItem;
import io.quarkus.deployment.builditem.LaunchModeBuildItem;
import io.quarkus.deployment.dev.devservices.DevServicesConfig;
import io.quarkus.deployment.pkg.builditem.OutputTargetBuildItem;
import java.nio.file.Path;
import java.util.Optional;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jboss.logging.Logger;

/**
 * Starts a packaged scheduler for dev mode and tests, unless the application configures one. It
 * does not use Quarkus' extension for dev services, which looks for Docker at each restart.
 */
class DevServiceProcessor {
  private static final Logger LOG = Logger.getLogger(DevServiceProcessor.class);
  private static final String DIRECTORY = "orrery-devservice";

  /** Outlives restarts of the application, as the class loader of this class does. */
  private static DevScheduler running;

  @BuildStep(onlyIf = {IsDevServicesSupportedByLaunchMode.class, DevServicesConfig.Enabled.class})
  void scheduler(
      OrreryBuildConfig config,
      LaunchModeBuildItem mode,
      OutputTargetBuildItem output,
      CuratedApplicationShutdownBuildItem shutdown,
      BuildProducer<DevServicesResultBuildItem> services) {
    DevServiceRule rule = new DevServiceRule(ConfigProvider.getConfig(), mode.getLaunchMode());
    if (!rule.wantsScheduler(config.devServicesEnabled())) {
      stop();
      return;
    }
    Optional<Path> home = config.devServicesHome().or(LocalScheduler::home);
    if (home.isEmpty()) {
      stop();
      LOG.info(
          "Found no Orrery archive to start a scheduler from; starting none. Set"
              + " quarkus.orrery.devservices.home or the variable ORRERY_HOME to the unpacked"
              + " archive. To use a running scheduler, set orrery.worker.server and"
              + " orrery.worker.token; to use none, quarkus.orrery.devservices.enabled=false.");
      return;
    }
    DevScheduler scheduler =
        at(
            new DevScheduler.Place(
                home.get(), output.getOutputDirectory().resolve(DIRECTORY), rule.app()),
            shutdown);
    services.produce(
        DevServicesResultBuildItem.discovered()
            .feature(OrreryProcessor.FEATURE)
            .description("Scheduler of Orrery")
            .config(scheduler.settings())
            .build());
  }

  private static synchronized DevScheduler at(
      DevScheduler.Place place, CuratedApplicationShutdownBuildItem shutdown) {
    if (running == null || !running.place().equals(place)) {
      stop();
      running = DevScheduler.start(place);
      shutdown.addCloseTask(DevServiceProcessor::stop, true);
      LOG.infof(
          "Started a scheduler for dev services: console=%s token-file=%s app=%s",
          running.scheduler().consoleUrl(), running.scheduler().adminTokenFile(), place.app());
    }
    return running;
  }

  private static synchronized void stop() {
    if (running != null) {
      running.close();
      running = null;
    }
  }
}
