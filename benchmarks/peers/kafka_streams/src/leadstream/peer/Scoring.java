package leadstream.peer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.DoubleUnaryOperator;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;

/** The example scorecard by hand: benchmarks/peers/plain.py in Java, step by step. */
final class Scoring {
    private static final long DAY_MS = 86_400_000;
    private static final Map<String, Double> VERDICTS = Map.of("human", 1.0, "probable_bot", 0.25, "certain_bot", 0.0);
    private static final Set<String> SIGNS_OF_LIFE =
        Set.of("page_viewed", "mail_opened", "mail_clicked", "demo_requested");
    private static final Map<String, String> SIGNAL_OF_TOPIC = Map.of(
        "email-opens", "mail_opened", "email-clicks", "mail_clicked", "unsubscribes", "newsletter_left");
    private static final Map<String, String> SIGNAL_OF_FORM = Map.of(
        "demo", "demo_requested", "demo_short", "demo_requested", "whitepaper", "whitepaper_requested");
    private static final Pattern DECIDES =
        Pattern.compile("\\b(head|director|vp|vice president|chief|c[eti]o)\\b", Pattern.CASE_INSENSITIVE);
    private static final Set<String> INDUSTRIES = Set.of("software", "finance", "logistics");
    private static final Set<String> FREE_DOMAINS = Set.of("gmail.com", "outlook.com", "gmx.de", "yahoo.com");
    private static final Set<String> THROWAWAY_DOMAINS = Set.of("mailinator.com", "yopmail.com", "guerrillamail.com");
    private static final Set<String> RIVAL_DOMAINS = Set.of("rival.example", "rival-software.example");
    private static final double NO_LIMIT = 1e9;

    /** What a signal is worth. Limit: counts of a day that matter. */
    private record Criterion(
        String group, String signal, double points, DoubleUnaryOperator fade, double limit, double cap, double floor) {

        Criterion(String group, String signal, double points, DoubleUnaryOperator fade) {
            this(group, signal, points, fade, NO_LIMIT, NO_LIMIT, -NO_LIMIT);
        }

        Criterion limit(double most) {
            return new Criterion(group, signal, points, fade, most, cap, floor);
        }

        Criterion cap(double most) {
            return new Criterion(group, signal, points, fade, limit, most, floor);
        }

        Criterion floor(double least) {
            return new Criterion(group, signal, points, fade, limit, cap, least);
        }
    }

    private record Range(double least, double most) {
        double clipped(double points) {
            return Math.min(Math.max(points, least), most);
        }
    }

    private record Rung(String name, double enterAt, double leaveBelow, long daysMin) {}

    record Ladder(String score, List<Rung> rungs) {}

    /** A stage change to be told. */
    record Change(String score, String from, String to, double points) {}

    private static final List<Criterion> PRODUCT = List.of(
        new Criterion("website", "page_viewed", 1, halfLife(7)).limit(5).cap(15),
        new Criterion("website", "pricing_viewed", 8, halfLife(10)).limit(2),
        new Criterion("website", "docs_read", 3, linear(30)).cap(15),
        new Criterion("website", "careers_viewed", -6, window(30)).floor(-18),
        new Criterion("mails", "mail_opened", 1, halfLife(5)).limit(1).cap(5),
        new Criterion("mails", "mail_clicked", 4, halfLife(14)).limit(3),
        new Criterion("mails", "newsletter_left", -10, window(90)).floor(-10),
        new Criterion("conversions", "demo_requested", 35, step(14, 0.25)).cap(35),
        new Criterion("conversions", "whitepaper_requested", 10, halfLife(21)).limit(1).cap(10),
        new Criterion("conversions", "trial_started", 30, window(30)).cap(30),
        new Criterion("conversions", "webinar_minutes", 0.25, halfLife(14)).cap(15));
    private static final List<Criterion> LEARNING = List.of(
        new Criterion("reading", "docs_read", 10, halfLife(14)).limit(4),
        new Criterion("reading", "webinar_attended", 15, halfLife(21)));
    private static final Map<String, Range> GROUPS = Map.of(
        "website", new Range(-99, 45), "mails", new Range(-99, 20),
        "conversions", new Range(-99, 60), "silence", new Range(-20, 0));
    static final List<Ladder> LADDERS = List.of(
        new Ladder("product", List.of(
            new Rung("subscriber", -NO_LIMIT, -NO_LIMIT, 0), new Rung("lead", 15, 8, 0),
            new Rung("mql", 40, 28, 1), new Rung("sql", 65, 45, 3))),
        new Ladder("learning", List.of(
            new Rung("newcomer", -NO_LIMIT, -NO_LIMIT, 0), new Rung("learner", 20, 10, 0),
            new Rung("expert", 60, 40, 0))));

    private Scoring() {}

    /** Changes a lead's state by an activity at an instant in milliseconds; returns what is to be told. */
    static List<Change> scored(LeadState state, String topic, JsonNode said, long now) {
        if (topic.equals("lead-profiles")) {
            said.path("attributes").fields().forEachRemaining(
                each -> state.profile.put(each.getKey(), each.getValue().isNull() ? "" : each.getValue().asText()));
            state.fit = fit(state.profile);
        }
        double weight = VERDICTS.get(said.path("verdict").asText("human"));
        int day = (int) Math.floorDiv(now, DAY_MS);
        signals(topic, said, (signal, amount) -> {
            state.counts.computeIfAbsent(signal, any -> new TreeMap<>()).merge(day, amount * weight, Double::sum);
            if (SIGNS_OF_LIFE.contains(signal)) {
                state.seenAt = now;
            }
        });
        var changes = new ArrayList<Change>(0);
        moved(state, 0, product(state, now), now, changes);
        moved(state, 1, learning(state, now), now, changes);
        return changes;
    }

    private static void signals(String topic, JsonNode said, BiConsumer<String, Double> taken) {
        switch (topic) {
            case "page-views" -> viewed(said, taken);
            case "form-fills" -> {
                String signal = SIGNAL_OF_FORM.get(said.path("form_id").asText());
                if (signal != null) {
                    taken.accept(signal, 1.0);
                }
            }
            case "custom-activities" -> {
                String type = said.path("type").asText();
                if (type.equals("webinar_attended")) {
                    taken.accept(type, 1.0);
                    taken.accept("webinar_minutes", said.path("properties").path("minutes").asDouble());
                } else if (type.equals("trial_started")) {
                    taken.accept(type, 1.0);
                }
            }
            default -> {
                String signal = SIGNAL_OF_TOPIC.get(topic);
                if (signal != null) {
                    taken.accept(signal, 1.0);
                }
            }
        }
    }

    private static void viewed(JsonNode said, BiConsumer<String, Double> taken) {
        taken.accept("page_viewed", 1.0);
        String path = java.net.URI.create(said.path("url").asText()).getPath();
        if (path.startsWith("/pricing")) {
            taken.accept("pricing_viewed", 1.0);
        } else if (path.startsWith("/careers")) {
            taken.accept("careers_viewed", 1.0);
        } else if ((path.startsWith("/docs/") || path.startsWith("/guides/"))
            && said.path("duration_seconds").asDouble() >= 30) {
            taken.accept("docs_read", 1.0);
        }
    }

    private static double product(LeadState state, long now) {
        var groups = groups(PRODUCT, state, now);
        double viewed = 0;
        for (var day : state.counts.getOrDefault("page_viewed", new TreeMap<>()).entrySet()) {
            viewed += Math.floorDiv(now, DAY_MS) - day.getKey() < 14 ? day.getValue() : 0;
        }
        if (viewed >= 15) {
            groups.merge("website", 8.0, Double::sum);
        }
        groups.put("silence", -5.0 * Math.floorDiv(now - state.seenAt, 30 * DAY_MS));
        double engagement = 0;
        for (var group : groups.entrySet()) {
            engagement += GROUPS.get(group.getKey()).clipped(group.getValue());
        }
        return Math.min(Math.max(Math.min(Math.max(engagement, -20), 80) + state.fit, 0), 100);
    }

    private static double learning(LeadState state, long now) {
        double sum = 0;
        for (double points : groups(LEARNING, state, now).values()) {
            sum += points;
        }
        return Math.min(sum, 100);
    }

    private static Map<String, Double> groups(List<Criterion> criteria, LeadState state, long now) {
        var groups = new LinkedHashMap<String, Double>();
        for (var one : criteria) {
            var days = state.counts.get(one.signal);
            if (days != null) {
                double points = 0;
                for (var day : days.entrySet()) {
                    double age = Math.max((double) now / DAY_MS - day.getKey() - 0.5, 0);
                    points += one.points * Math.min(day.getValue(), one.limit) * one.fade.applyAsDouble(age);
                }
                groups.merge(one.group, Math.min(Math.max(points, one.floor), one.cap), Double::sum);
            }
        }
        return groups;
    }

    private static void moved(LeadState state, int number, double points, long now, List<Change> changes) {
        var rungs = LADDERS.get(number).rungs();
        int before = state.rungs[number];
        int rung = before;
        while (rung + 1 < rungs.size() && points >= rungs.get(rung + 1).enterAt()) {
            rung++;
        }
        long stayed = state.since[number] < 0 ? 0 : now - state.since[number];
        if (rung == before && stayed >= rungs.get(rung).daysMin() * DAY_MS) {
            while (rung > 0 && points < rungs.get(rung).leaveBelow()) {
                rung--;
            }
        }
        if (rung != before) {
            state.rungs[number] = rung;
            state.since[number] = now;
            String score = LADDERS.get(number).score();
            changes.add(new Change(score, rungs.get(before).name(), rungs.get(rung).name(), points));
        }
    }

    private static double fit(Map<String, String> profile) {
        double company = 0;
        String size = profile.getOrDefault("company_size", "");
        double people = size.isEmpty() ? 0 : Double.parseDouble(size);
        company += people >= 50 && people <= 5000 ? 10 : 0;
        company += INDUSTRIES.contains(profile.getOrDefault("industry", "")) ? 5 : 0;
        String mail = profile.getOrDefault("email", "");
        String domain = mail.substring(mail.lastIndexOf('@') + 1);
        if (THROWAWAY_DOMAINS.contains(domain)) {
            company -= 25;
        } else if (RIVAL_DOMAINS.contains(domain)) {
            company -= 40;
        } else if (!domain.isEmpty() && !FREE_DOMAINS.contains(domain)) {
            company += 5;
        }
        String title = profile.getOrDefault("job_title", "");
        double person = DECIDES.matcher(title).find() ? 10 : 0;
        person -= title.toLowerCase(java.util.Locale.ROOT).contains("student") ? 15 : 0;
        return Math.min(Math.max(Math.min(company, 20) + Math.min(person, 10), -30), 30);
    }

    private static DoubleUnaryOperator halfLife(double days) {
        return age -> Math.pow(0.5, age / days);
    }

    private static DoubleUnaryOperator linear(double days) {
        return age -> Math.max(1 - age / days, 0);
    }

    private static DoubleUnaryOperator window(double days) {
        return age -> age < days ? 1 : 0;
    }

    private static DoubleUnaryOperator step(double days, double share) {
        return age -> Math.max(1 - share * Math.floor(age / days), 0);
    }
}
