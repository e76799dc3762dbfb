"""What is said at Tidewater, an invented ferry line among invented islands."""

from __future__ import annotations

PLACES = (
    "Port Ellan", "Skerrow", "Grey Point", "Saint Orla", "Fennick", "Havn", "Little Lindsay",
    "Upper Marl", "Cormorant Quay", "Old Salt Pier",
)  # fmt: skip
SHIPS = ("Heron", "Sea Holly", "Marigold", "Northern Wren", "Thistle", "Morning Tide")
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
THINGS = ("two bicycles", "a kayak", "a cello", "three hens", "a folding canoe", "my grandmother's "
          "armchair", "a crate of strawberries", "two dogs and a cat")  # fmt: skip

QUESTIONS = (
    "When is the last ferry from {place} to {other} on {day}?",
    "Can I take {thing} on the {ship}?",
    "We are {n} people and want to go to {place} on {day}. Is there a group ticket?",
    "I left a blue umbrella on the {ship} on {day} morning. Whom can I ask?",
    "How rough will the crossing to {place} be on {day}?",
    "Is the café on the {ship} open before eight?",
    "Where do I change when I come from {place} and want to be in {other} by noon?",
    "My ticket says {place}, but I get off at {other}. Do I have to pay more?",
    "Is there a ramp for wheelchairs at {place}?",
    "Could you explain the island pass in two sentences? It is for {n} days.",
    "The {hour}:40 to {other} did not come. What happens to my booking?",
    "Wo kann ich in {place} mein Fahrrad lassen?",
    "À quelle heure part le premier bateau de {place} le {day} ?",
    "明日{place}へ行く船は何時ですか。",
)
FACTS = (
    "The last boat from {place} leaves at {hour}:40, on Sundays an hour earlier.",
    "Bicycles travel free on the {ship}; please lash them to the blue rail.",
    "From {n} people on there is a group ticket, a third cheaper than single ones.",
    "The office at {place} keeps what is found for four weeks; it opens at nine.",
    "The crossing to {other} takes {n} minutes longer when the wind is from the west.",
    "Change at {place}; the boat to {other} waits up to ten minutes.",
    "There is a ramp, and the crew gladly lends a hand.",
    "The island pass is valid on all lines, the night boat included.",
    "Dogs are welcome on deck; in the saloon they need a basket.",
    "If a sailing is cancelled, the ticket stays valid for seven days, on any line.",
    "The café on the {ship} opens half an hour before the first sailing.",
    "Please be at the quay ten minutes before departure, with a car twenty.",
    "On {day} the {ship} calls at {place} on request only: ring the bell at the pier.",
    "Tea is best on the {ship}, and the view is best after {place}.",
    "A seat by the window cannot be booked, but rarely has to be.",
)
NOTES = (
    "The {ship} left {place} at {hour}:05 with {n} passengers and a light breeze from the south.",
    "Fog between {place} and {other} until ten; the horn was sounded as prescribed.",
    "The stern line was changed. The old one is to be spliced and kept.",
    "Two containers for {other} stood in the wrong lane and were moved before loading.",
    "A guest found a pair of glasses under bench {n} and handed it to the mate.",
    "Swell of a metre and a half off {place}; the car deck stayed dry.",
    "Fresh water was taken on at {other}. The pump is slow and wants looking at.",
    "The school class from {place} was allowed on the bridge and asked very good questions.",
    "Radio check at {hour}:30 with {other}: loud and clear.",
    "The winch on the port side squeaks again. It is greased, which helps until the afternoon.",
    "Seals on the sandbank near {place}, eleven of them; we kept our distance.",
    "Delay of {n} minutes because a sheep had to be persuaded.",
    "The card reader at the gangway lost its connection twice, for a minute each time.",
    "Handover to the evening crew at {hour}:45, everything in its place.",
)
FEEDBACK = (
    "Lovely crossing, the crew helped my father up the stairs.",
    "The boat to {place} was {n} minutes late and nobody told us why.",
    "Why is there no vegetarian soup on the {ship}?",
    "The new benches are a joy. More of them, please.",
    "The timetable at {place} is so faded that one cannot read it.",
    "We saw dolphins! Thank you for slowing down.",
    "Paid twice for one ticket to {other}; please give one fare back.",
    "The heating on the {ship} is either off or tropical.",
)
TOPICS = ("praise", "delay", "catering", "comfort", "information", "refund")

ANNOUNCEMENTS = (
    {
        "en": "Because of fog the sailings before nine are cancelled. Tickets stay valid.",
        "de": "Wegen Nebels fallen die Abfahrten vor neun Uhr aus. Karten bleiben gültig.",
        "fr": "En raison du brouillard, les départs avant neuf heures sont annulés. "
        "Les billets restent valables.",
        "ja": "霧のため九時前の便は欠航します。切符はそのまま使えます。",
    },
    {
        "en": "Please do not feed the gulls. They remember it, and so will you.",
        "de": "Bitte füttern Sie die Möwen nicht. Sie merken es sich, und Sie dann auch.",
        "fr": "Merci de ne pas nourrir les mouettes. Elles s'en souviennent, et vous aussi.",
        "ja": "カモメに餌をやらないでください。カモメは覚えています。",
    },
    {
        "en": "The upper deck is open again. Hold on to your hats.",
        "de": "Das Oberdeck ist wieder offen. Halten Sie Ihre Hüte fest.",
        "fr": "Le pont supérieur est rouvert. Tenez vos chapeaux.",
        "ja": "上のデッキが再び開きました。帽子にご注意ください。",
    },
    {
        "en": "Boarding begins with families and those who need more time.",
        "de": "Zuerst steigen Familien ein und alle, die mehr Zeit brauchen.",
        "fr": "L'embarquement commence par les familles et les personnes ayant besoin de temps.",
        "ja": "ご家族連れと時間の必要な方から先にご乗船ください。",
    },
    {
        "en": "A lost toy rabbit waits at the ticket office and would like to go home.",
        "de": "Ein verlorener Stoffhase wartet an der Kasse und möchte nach Hause.",
        "fr": "Un lapin en peluche perdu attend au guichet et voudrait rentrer chez lui.",
        "ja": "迷子のうさぎのぬいぐるみが窓口で待っています。",
    },
)
LANGUAGES = {"de": "German", "fr": "French", "ja": "Japanese"}

REASONING = (
    "Start from the tides: {place} cannot be reached before {hour}:00.",
    "If the {ship} takes the early round, the crew is free at {hour}:30.",
    "{n} berths are needed and {n} are there, so nothing is left over.",
    "Swapping {place} and {other} saves a crossing; check the rest times.",
    "The rule of eleven hours between shifts holds for all but one.",
    "Therefore the {ship} sails twice on {day} and stays at {other} overnight.",
)
STORIES = (
    "This week the islands smell of cut grass and tar.",
    "On {day} the choir of {place} sings on the quay, rain or no rain.",
    "The bakery at {other} has its rhubarb cake again, until it is gone.",
    "The {ship} comes back from the yard with a new coat of green.",
    "Whoever counts puffins may take part in the count on {day}.",
    "The lighthouse at {place} is open to all who do not mind {n} steps.",
    "The book swap in the saloon of the {ship} is short of crime stories.",
)
REFUSAL = "I'm sorry, but I can't help with opening someone else's booking."

SYSTEM = {
    "help": "You are Marina, the help desk of Tidewater Ferries. Answer kindly and briefly, in the "
    "guest's language. If you do not know something, say so and name the office that does. Never "
    "promise that a boat will sail: the captain decides. Offer the next connection when one is "
    "missed.",
    "logbook": "Summarise the ship's log for the office in at most five sentences: delays first, "
    "then what needs repair, then anything that is nice to know. No names of guests.",
    "announce": "Translate the announcement. Keep the tone light and the facts exact.",
    "triage": "Sort the guest's remark. Answer with JSON only: topic, one of praise, delay, "
    "catering, comfort, information, refund; urgent, true or false.",
    "trip": "You plan journeys between the islands. Use the tools for times, berths and weather; "
    "do not guess. Put the plan as a short list with times.",
    "roster": "Make the roster of the crews for the coming week. Eleven hours of rest, two free "
    "days each, nobody twice on the night boat. Explain the result in a few sentences.",
    "newsletter": "",
}


def _tool(name: str, description: str, **properties: str) -> dict[str, object]:
    fields = {
        field: {"type": "string", "description": meaning} for field, meaning in properties.items()
    }
    parameters = {"type": "object", "properties": fields, "required": sorted(fields)}
    function = {"name": name, "description": description, "parameters": parameters}
    return {"type": "function", "function": function}


TOOLS = [
    _tool(
        "find_sailings",
        "Sailings between two places on a day, with times and ships.",
        origin="Where the guest boards.",
        destination="Where the guest wants to go.",
        day="Day of the week.",
    ),
    _tool("book_berth", "Books a berth on the night boat.", ship="The ship.", day="The day."),
    _tool(
        "sea_state", "Forecast of wind and swell at a place.", place="The place.", day="The day."
    ),
]
