package dev.orrery.scheduler.powerjob.openapi;

import dev.orrery.scheduler.powerjob.app.ClientKey;
import dev.orrery.scheduler.powerjob.app.OpenedApp;
import dev.orrery.scheduler.powerjob.app.OpenedAppService;
import dev.orrery.scheduler.powerjob.app.OpenedAppStore.Stored;
import io.vertx.core.http.HttpServerRequest;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the app of a PowerJob client. A client sends its password once, and gets a secret number
 * that it sends as {@code appId} with each call. The id of the app in the API, which its workers
 * send, gives no access. A client of 5.x also sends a token, and authenticates again when the token
 * expires.
 */
@ApplicationScoped
class ClientAuthentication {
  /** Clients of 5.x repeat a call whose answer does not have this header. */
  static final String PASSED = "X-POWERJOB-AUTH-PASSED";

  private static final String APP_ID = "X-POWERJOB-APP-ID";
  private static final String TOKEN = "X-POWERJOB-ACCESS-TOKEN";

  /** Of 4.x: the answer is the number alone. */
  private static final String ASSERT = "assert";

  /** Of 5.x. */
  private static final String AUTHENTICATE = "authApp";

  /** The parameters that have the number, in forms, in jobs and in queries. */
  private static final Set<String> APP_ID_FIELDS = Set.of("appId", "appIdEq");

  private final OpenedAppService apps;
  private final PasswordCheck passwords;
  private final InstantSource clock;

  ClientAuthentication(OpenedAppService apps, PasswordCheck passwords, InstantSource clock) {
    this.apps = apps;
    this.passwords = passwords;
    this.clock = clock;
  }

  boolean isAnsweredBy(String call) {
    return call.equals(ASSERT) || call.equals(AUTHENTICATE);
  }

  /** Returns the data of the answer to a call that authenticates; blocks. */
  Object authenticate(String call, ClientParameters parameters, HttpServerRequest request) {
    String name = parameters.text("appName").orElse("");
    String address = request.remoteAddress().hostAddress();
    if (call.equals(ASSERT)) {
      return passwords.clientId(
          name, ClientKey.digest(parameters.text("password").orElse("")), address);
    }
    String digest =
        parameters.text("encryptedPassword").orElse("").strip().toLowerCase(Locale.ROOT);
    long clientId = passwords.clientId(name, digest, address);
    Stored app = apps.ofClient(clientId).orElseThrow(ClientAuthentication::refused);
    return new ClientAccessPayload(clientId, AccessToken.issue(app.password(), clock.instant()));
  }

  /**
   * Returns the app whose number or token the call has; empty if it has none. May block.
   *
   * @throws RefusedCallException if it has one that is not valid any more
   */
  Optional<OpenedApp> app(ClientParameters parameters, HttpServerRequest request) {
    Optional<Long> clientId = clientId(parameters, request);
    if (clientId.isEmpty()) {
      return Optional.empty();
    }
    Stored app = apps.ofClient(clientId.get()).orElseThrow(ClientAuthentication::refused);
    String token = request.getHeader(TOKEN);
    if (token != null && !AccessToken.isValid(token, app.password(), clock.instant())) {
      throw refused();
    }
    return Optional.of(app.app());
  }

  /** A client of 5.x keeps its first number in the parameters, and sends the newest one here. */
  private static Optional<Long> clientId(ClientParameters parameters, HttpServerRequest request) {
    String header = request.getHeader(APP_ID);
    if (header != null) {
      return ClientParameters.ofField(APP_ID, header).number(APP_ID);
    }
    return APP_ID_FIELDS.stream().map(parameters::number).flatMap(Optional::stream).findFirst();
  }

  private static RefusedCallException refused() {
    return RefusedCallException.because(
        "Orrery: this appId or token opens no app; a client gets one for its password when it is"
            + " created, and a new one after a change of the password");
  }
}
