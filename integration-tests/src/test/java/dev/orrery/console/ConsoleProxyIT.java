package dev.orrery.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.options.Cookie;
import com.microsoft.playwright.options.SameSiteAttribute;
import dev.orrery.it.harness.AtNight;
import dev.orrery.it.harness.Stack;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tests the console behind an ingress with TLS and a path prefix. */
@Tag("thorough")
@AtNight
class ConsoleProxyIT {
  @RegisterExtension static final ConsoleSetup CONSOLE = new ConsoleSetup("console-proxy");

  private static PrefixProxy proxy;

  @BeforeAll
  static void putProxyBefore() {
    proxy =
        new PrefixProxy(CONSOLE.stack().directory(), "/tools/orrery", CONSOLE.stack().apiPort());
  }

  @AfterAll
  static void endProxy() {
    proxy.close();
  }

  private static Window window() {
    return CONSOLE.windowAt(
        proxy.address(),
        new NewContextOptions().setViewportSize(1280, 800).setIgnoreHTTPSErrors(true));
  }

  @Test
  void keepsPagesApiCallsAndLiveLogUnderProxyPath() {
    CONSOLE
        .api()
        .putJob(
            Stack.APP,
            "behind",
            "{\"processor\":{\"type\":\"shell\",\"script\":\"echo first line; exec sleep 300\"}}");
    Window window = window();
    window.page().navigate(proxy.address() + "/console");
    assertThat(window.button("Sign in")).isVisible();
    window.signIn(CONSOLE.api().token());
    assertThat(window.page()).hasURL(proxy.address() + "/console/apps/" + Stack.APP);

    window.link("Jobs").click();
    window.row("behind").click();
    window.awaitTitle("behind");
    window.button("Run now").click();
    window.dialogButton("Run now").click();
    window.page().locator(".toast a").click();
    window.awaitRunState("Running");
    window.awaitText("first line");
    window.page().reload();
    window.awaitText("first line");
    window.button("Cancel run").click();
    window.dialogButton("Cancel run").click();
    window.awaitRunState("Canceled");

    for (String page : List.of("", "/jobs", "/runs", "/workers", "/settings", "/new-job")) {
      window.open("apps/" + Stack.APP + page);
      assertThat(window.page().locator("h1")).isVisible();
      assertThat(window.page().locator(".skeleton")).hasCount(0);
      assertThat(window.page().getByRole(com.microsoft.playwright.options.AriaRole.ALERT))
          .hasCount(0);
    }
  }

  @Test
  void setsSecureHttpOnlyStrictSessionCookie() {
    Window window = window();
    window.signIn(CONSOLE.api().token());

    List<Cookie> cookies = window.page().context().cookies();
    assertThat(cookies).hasSize(1);
    Cookie cookie = cookies.get(0);
    assertThat(cookie.name).isEqualTo("__Host-orrery_session");
    assertThat(cookie.secure).isTrue();
    assertThat(cookie.httpOnly).isTrue();
    assertThat(cookie.sameSite).isEqualTo(SameSiteAttribute.STRICT);
    assertThat(cookie.value).isNotEqualTo(CONSOLE.api().token());
  }
}
