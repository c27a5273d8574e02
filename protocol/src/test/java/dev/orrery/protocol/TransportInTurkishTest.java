package dev.orrery.protocol;

import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(TurkishLocale.class)
class TransportInTurkishTest extends TransportTest {}
