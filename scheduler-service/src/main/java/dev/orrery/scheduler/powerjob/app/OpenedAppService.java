package dev.orrery.scheduler.powerjob.app;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.powerjob.app.OpenedAppStore.Stored;
import dev.orrery.scheduler.problem.ProblemException;
import dev.orrery.scheduler.quota.AppQuota;
import dev.orrery.scheduler.quota.AppRateLimiter;
import dev.orrery.scheduler.security.TokenHash;
import dev.orrery.scheduler.time.Ticker;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Opens apps to PowerJob workers and clients. Calls read a copy in memory, which is at most a few
 * seconds old: those of workers send no secret, so none of them may cost a statement.
 */
@ApplicationScoped
public class OpenedAppService {
  /** The least time between two reads of the apps because of callers that are not known. */
  private static final Duration REREAD = Duration.ofSeconds(1);

  private final OpenedAppStore store;
  private final AppRateLimiter rereads;
  private volatile Known known = Known.of(List.of());

  OpenedAppService(OpenedAppStore store, Ticker ticker) {
    this.store = store;
    this.rereads = new AppRateLimiter(1, REREAD, ticker::nanos);
  }

  private record Known(
      Map<Integer, Stored> byId, Map<String, Stored> byName, Map<TokenHash, OpenedApp> byClientId) {
    private static Known of(List<Stored> all) {
      Known known = new Known(new HashMap<>(), new HashMap<>(), new HashMap<>());
      for (Stored stored : all) {
        known.byId.put(stored.app().id(), stored);
        known.byName.put(stored.app().name(), stored);
        if (stored.password() != null) {
          known.byClientId.put(stored.password().clientId(), stored.app());
        }
      }
      return known;
    }
  }

  public Optional<OpenedApp> named(String name) {
    return Optional.ofNullable(name).map(known.byName::get).map(Stored::app);
  }

  public Optional<OpenedApp> find(int appId) {
    return Optional.ofNullable(known.byId.get(appId)).map(Stored::app);
  }

  /**
   * Returns the app whose clients send this number as {@code appId}; may block for a number that is
   * not known yet.
   */
  public Optional<OpenedApp> ofClient(long clientId) {
    TokenHash hash = ClientKey.hash(clientId);
    OpenedApp app = known.byClientId.get(hash);
    if (app == null && rereads.take(AppQuota.ALL_APPS)) {
      refresh();
      app = known.byClientId.get(hash);
    }
    return Optional.ofNullable(app);
  }

  /** Returns the app that clients may enter with a password, as {@link #find}. */
  public Optional<OpenedApp> withPassword(int appId) {
    return Optional.ofNullable(known.byId.get(appId))
        .filter(stored -> stored.password() != null)
        .map(Stored::app);
  }

  /** Reads the password of the clients of an app; blocks. */
  public Optional<ClientPassword> password(String name) {
    if (rereads.take(AppQuota.ALL_APPS)) {
      refresh();
    }
    return Optional.ofNullable(known.byName.get(name)).map(Stored::password);
  }

  /** Reads all opened apps again; blocks. */
  public void refresh() {
    known = Known.of(store.list());
  }

  /**
   * @throws ProblemException {@code APP_NOT_FOUND} if the app is not open
   */
  public Stored get(int appId, String app) {
    return store
        .find(appId)
        .orElseThrow(
            () ->
                ProblemException.of(
                    ErrorCode.APP_NOT_FOUND,
                    "App '"
                        + app
                        + "' is not open to PowerJob workers. Open it: ./orrery powerjob open "
                        + app));
  }

  /**
   * @param password of the clients; empty keeps the present one, if there is any
   */
  public Stored open(int appId, String app, String name, Optional<String> password) {
    ClientPassword changed =
        password.map(ClientKey::digest).map(digest -> changed(appId, digest)).orElse(null);
    if (!store.open(appId, name, changed)) {
      throw ProblemException.invalid("name", "'name' is that of another app.");
    }
    refresh();
    return get(appId, app);
  }

  /** Returns null if the app has this password, so that its clients keep their numbers. */
  private ClientPassword changed(int appId, String digest) {
    boolean isSame =
        store
            .find(appId)
            .map(Stored::password)
            .flatMap(password -> password.clientId(digest))
            .isPresent();
    return isSame ? null : ClientPassword.of(digest, ClientKey.ROUNDS);
  }

  public void close(int appId) {
    store.close(appId);
    refresh();
  }
}
