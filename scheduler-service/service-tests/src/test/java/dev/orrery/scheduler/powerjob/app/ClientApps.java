package dev.orrery.scheduler.powerjob.app;

import dev.orrery.scheduler.powerjob.PowerJobOpen;
import dev.orrery.scheduler.testkit.TestApp;
import io.quarkus.arc.Arc;

/** Opens apps to PowerJob clients with one round, as a password takes long with all of them. */
public final class ClientApps {
  private ClientApps() {}

  /** Returns the number of the app in the messages of its workers. */
  public static int open(TestApp app, String password) {
    int id = PowerJobOpen.open(app);
    Arc.container()
        .instance(OpenedAppStore.class)
        .get()
        .open(
            id,
            new OpenedAppStore.Change(
                app.name(), null, true, ClientPassword.of(ClientKey.digest(password), 1)));
    Arc.container().instance(OpenedAppService.class).get().refresh();
    return id;
  }
}
