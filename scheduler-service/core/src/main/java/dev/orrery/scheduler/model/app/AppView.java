package dev.orrery.scheduler.model.app;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** An app as the API shows it. */
@Schema(
    name = "App",
    examples = "{\"name\":\"billing\",\"description\":\"Nightly invoices\",\"paused\":false}")
@RegisterForReflection
public record AppView(
    String name,
    String description,
    boolean paused,
    @JsonInclude(JsonInclude.Include.NON_NULL) PauseView pause) {
  public static AppView of(App app) {
    return new AppView(
        app.name, app.description, app.paused, StoredPause.view(app.paused, app.pause));
  }
}
