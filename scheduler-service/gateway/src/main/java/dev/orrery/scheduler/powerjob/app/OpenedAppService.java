package dev.orrery.scheduler.powerjob.app;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.base.quota.AppQuota;
import dev.orrery.scheduler.base.quota.AppRateLimiter;
import dev.orrery.scheduler.base.time.Ticker;
import dev.orrery.scheduler.http.security.TokenHash;
import dev.orrery.scheduler.powerjob.app.OpenedAppStore.Change;
import dev.orrery.scheduler.powerjob.app.OpenedAppStore.Stored;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Opens apps to PowerJob workers and clients. Calls read a copy in memory that is at most a few
 * seconds old: workers send no secret, so their calls must not cost a statement.
 */
@ApplicationScoped
public class OpenedAppService {
  /** The least time between two reads of the apps because of callers that are not known. */
  private static final Duration READ_INTERVAL = Duration.ofSeconds(1);

  private static final Logger LOG = Logger.getLogger(OpenedAppService.class);

  private final OpenedAppStore store;
  private final AppRateLimiter rereads;
  private volatile Known known = Known.of(List.of());

  OpenedAppService(OpenedAppStore store, Ticker ticker) {
    this.store = store;
    this.rereads = new AppRateLimiter(1, READ_INTERVAL, ticker::nanos);
  }

  private record Known(
      Map<Integer, Stored> byId, Map<String, Stored> byName, Map<TokenHash, Stored> byClientId) {
    private static Known of(List<Stored> all) {
      Known known = new Known(new HashMap<>(), new HashMap<>(), new HashMap<>());
      for (Stored stored : all) {
        known.byId.put(stored.app().id(), stored);
        known.byName.put(stored.app().name(), stored);
        if (stored.password() != null) {
          known.byClientId.put(stored.password().clientId(), stored);
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

  /** Returns the numbers of the apps that run BROADCAST, MAP or MAP_REDUCE jobs. */
  public List<Integer> withHeavyJobs() {
    return known.byId.values().stream()
        .map(Stored::app)
        .filter(OpenedApp::runsHeavyJobs)
        .map(OpenedApp::id)
        .toList();
  }

  /**
   * Returns the app whose clients send this number as {@code appId}; may block for a number that is
   * not known yet.
   */
  public Optional<Stored> ofClient(long clientId) {
    TokenHash hash = ClientKey.hash(clientId);
    Stored app = known.byClientId.get(hash);
    if (app == null && rereads.take(AppQuota.ALL_APPS)) {
      refresh();
      app = known.byClientId.get(hash);
    }
    return Optional.ofNullable(app);
  }

  /** Returns the app that clients may enter with a password, as {@link #find}. */
  public Optional<Stored> withPassword(int appId) {
    return Optional.ofNullable(known.byId.get(appId)).filter(stored -> stored.password() != null);
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
   * A request to open an app, or to change how it is open. What is empty stays as it is.
   *
   * @param name by which workers ask for the app; at first that of the app
   * @param password of the clients
   * @param readsWithoutNumber whether clients of 4.x read runs
   */
  public record Opening(
      Optional<String> name, Optional<String> password, Optional<Boolean> readsWithoutNumber) {}

  /**
   * Opens an app, or changes how it is open. Workers that ask for a name run what its app says, so
   * an operator only requests a name that is not the app's own, and an admin confirms it.
   */
  public Stored open(int appId, String app, Opening opening, boolean isAdmin) {
    String present = store.find(appId).map(stored -> stored.app().name()).orElse(app);
    String name = opening.name().orElse(present);
    boolean isGiven = isAdmin || name.equals(present) || store.isOwnName(appId, name);
    ClientPassword password =
        opening.password().map(ClientKey::digest).map(text -> changed(appId, text)).orElse(null);
    Change change =
        new Change(
            isGiven ? name : present,
            isGiven ? null : name,
            opening.readsWithoutNumber().orElse(null),
            password);
    if (!store.open(appId, change)) {
      throw ProblemException.invalid("name", "'name' is that of another app.");
    }
    if (!isGiven) {
      LOG.warnf(
          "An operator requested a PowerJob name that is not the app's own; an admin must confirm"
              + " it with ./orrery powerjob open: app=%s name=%s",
          app, name);
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
