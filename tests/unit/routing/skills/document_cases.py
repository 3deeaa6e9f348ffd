"""Questions put to documents, by how they are answered: outright, behind the lead of the nearest, or not at all.

A quotation alone answers; behind the lead it is for the reader to judge. The names are made up, Marie Curie's and the like aside."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DocumentCase:
    """`has` must be in the answer and `lacks` not; `earlier` is what was said before."""

    question: str
    documents: tuple[str, ...]
    has: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    earlier: tuple[str, ...] = ()


# fmt: off
_ALLOYS = ("Alloy C melts at 610 degrees. Alloy D conducts well and was patented by Ruth Baum.",)
_BIRTHS = ("Ada Byron was born in 1815 in London. Alan Turing was born in 1912. He worked at Bletchley Park.",)
_BOX = ("The box weighs 2 kg and holds 30 liters.",)
_BREAKFAST = ("Breakfast is served from 7:00 to 10:00. The kitchen is on the ground floor.",)
_BY_ANNA = ("Ben was hired by Anna in 2020.",)
_BRIDGES = ("The old bridge is 120 metres long. It was repaired in 1975. The new bridge carries four lanes and opened in 2003.",)
_BRIDGE_TOO = ("The bridge is 120 meters long and 12 meters wide.",)
_CITIES_TOO = ("The Turin plant makes gearboxes. The Lyon plant makes brakes and was enlarged in 2009. Wages rose by 4 percent in 2013.",)
_COACHES = ("Lena Vogt trains the rowers since 2012. Omar Said coached the swimmers until 2016. The swimmers have 41 members.",)
_CURIE = ("Marie Curie was born in Warsaw in 1867. She moved to Paris in 1891 to study physics. With her husband Pierre she discovered polonium and radium in 1898. She won the Nobel Prize in Physics in 1903 and in Chemistry in 1911. She died in 1934 of aplastic anaemia. Her daughter Irène also won a Nobel Prize.",)
_DEPOSIT = ("A deposit is not required for students; a deposit is required for guests.",)
_DOGS = ("Dogs are not allowed in the hall unless they are on a leash.",)
_DOSE = ("Adults take 500 mg, children 250 mg.",)
_DRUGS = ("Vexin lowers the pulse and is taken twice a day. Morlin eases pain and must be kept in a refrigerator.",)
_EDITORS = ("Nadia Frey wrote the novel in 1966. Paul Orth translated the play in 1971. It was printed in Basel.",)
_EINSTEIN = ("Einstein moved to Princeton in 1933. His wife Elsa died in 1936.",)
_ENTRY = ("Entry costs 9 euros for adults and is free for children.",)
_EXPORT = ("Tarn never exports data to Excel, while Velm exports data to Excel and CSV.",)
_FAMILY = ("Tom is older than Jane. Jane is 12. Their mother, Ruth, works at a bank. Their father Paul is a teacher. Their uncle Bill lives in Cardiff with his wife Sue.",)
_FEE = ("The fee is 30 euros for guests and zero for members.",)
_FERRY = ("The ferry leaves every 20 minutes. It carries 60 cars.", "The bridge is 412 metres long.")
_FERRY_TOO = ("The ferry crosses every 40 minutes and carries 220 passengers on two decks. A ticket costs 6 euros.",)
_FLOORS = ("The kitchen is on the ground floor. The archive is on the third floor and holds 9,000 maps.",)
_GYM = ("The gym is open every day except Sunday.",)
_HALL = ("The hall is 120 metres long and 35 metres wide.",)
_HIRED = ("Ann hired Bob in 2020.",)
_HOMES = ("Alice lives in Paris. Bob lives in Rome.", "Dan lives in Oslo.")
_HOTELS = ("The Hotel Alpina has 42 rooms. Dogs are welcome for 12 euros a night.", "The Hotel Bellevue has 65 rooms. Pets are not allowed. Parking costs 15 euros a day.")
_HOUSES = ("The green house was built in 1910 and has eleven rooms. The yellow house was sold to a baker in 1987.",)
_INN = ("The Heron Inn opened in 1987. It has 14 rooms.",)
_INVOICE = ("Invoice 2024-118. Issued by Northwind Ltd on 14 March 2024. Customer: Joss Weatherly. Total: 1,240 euros.",)
_JONAS = ("Jonas is not a manager; he is an engineer.",)
_LIFT = ("The lift does not stop on floor 3, and the stairs lead to floor 3.",)
_LUNCH = ("Breakfast is included, but lunch is not.",)
_MODELS = ("Model X runs for nine hours on one charge. Model Y weighs 3.2 kg and needs a fan.",)
_MOZART = ("Mozart was born in Salzburg. Mozart died in 1791, Beethoven in 1827.",)
_MUSEUM = ("The museum is closed on Mondays but open on public holidays.",)
_OFFICES = ("Maria Keller leads the Zurich office since 2017. The Zurich office has 38 employees. The Geneva office was closed in 2020.",)
_OFTEN = ("How often does the ferry leave?", "Every 20 minutes [1].")
_ONLY = ("Only managers may approve travel; clerks may not approve it.",)
_PETS = ("Neither cats nor dogs are allowed in the hotel; birds are allowed.",)
_PHONE = ("The Starter plan does not include phone support; it is included in the Business plan.",)
_PHONES = ("The Alpha phone costs 300 euros. The Beta phone costs 450 euros.",)
_PIER = ("The ferry to Kell leaves from pier 4.", "The bridge is 412 metres long.")
_PLANS = ("The free plan does not include backups; they are included in the Pro plan.",)
_PLANS_APART = ("The free plan does not include backups. They are included in the Pro plan.",)
_POOL = ("The pool is not heated in winter; it is heated in summer.",)
_POOL_APART = ("The pool is not heated in winter. It is heated in summer.",)
_POOL_TOO = ("The pool opens at 8:00.", "The pool opens at 9:00 on Sundays.")
_PRINTERS = ("The old printer lacks a scanner; the new printer has a scanner.",)
_PUMP = ("The Zephyr 300 pump weighs 14 kg. Its maximum flow is 12 litres per minute at 2 bar. The warranty is three years.",)
_RECORD = ("Anna is an engineer and Tom is a lawyer.",)
_REGIONS = ("The API is not available in the EU region; it is available in the US region.",)
_ROADS = ("The tunnel is 2 km long.", "The tower was built in 1900. It is 90 metres tall.", "The bridge is 412 metres long. The bridge is painted red.")
_ROOM = ("The room is warm in summer but cold in winter.",)
_SHOP = ("The shop accepts cash but not cards.",)
_TANK = ("The tank holds 300 litres and loses 2 litres per day. The boiler uses 5 kW.",)
_TEAMS = ("Team A won the final in 2015. Team B won the league in 2018.",)
_THREE = ("Tickets are 12 euros for adults, 8 for students and free for children.",)
_TICKET = ("Children may enter without a ticket; adults may not enter without one.",)
_TICKETS = ("The museum opens at 9.", "Tickets cost 3.50 euros for adults and are free for children under 6.")
_TLS = ("TLS is not supported yet; it is planned for version 2.0.",)
_TOWER = ("The tower is 40 m high.",)
_TOWERS = ("The north tower has 54 floors. The south tower was demolished in 1999. Revenue in 2021 was 5 million dollars; in 2022 it rose to 7 million euros.",)
_TOWN = ("The mayor of Arden is Eva Lind. She was born in 1970.", "The castle has 40 rooms. Entry is 5 euros.")
_TUNNEL = ("How long is the tunnel?", "2 km [1].")
_TURING = ("Where did Alan Turing work?", "At Bletchley Park [1].")
_VISITORS = ("Members may use the sauna, whereas visitors may not use it.",)
_WHO = ("Who is the mayor of Arden?", "Eva Lind [1].")
_WINDOWS = ("The app no longer supports Windows 7, but it supports Windows 11.",)
_WIRES = ("The red wire carries 230 volts. The blue wire was cut in 2011.",)
_BORN = ("Rosalind Thackeray (1871-1949) was an English botanist. Born in Whitby, the daughter of a ship's chandler, she moved to Edinburgh in 1893. She refused an honorary degree from Durham in 1925.",)
_STIR = ("Add a litre of stock and a teaspoon of cumin. Boil it for ten minutes.",)
_MINUTES = ("Minutes of the parents' evening, class 4b, 12 September. Present: Ms Aldana (class teacher), 19 parents, Mr Brookes (head). The trip takes place on 8 October; the bus leaves at 8:20 from the school gate. Mrs Janowski was elected.",)
_FAN = ("The fan is 102 cm tall and weighs 4.6 kg. It has four speeds. Power consumption is 45 watts. The timer can be set to 12 hours. Do not use the fan in the bathroom.",)
_CAMP = ("Camp Birkensee, information for parents. There are 12 cabins. The bus leaves from the town hall at 9:30. The camp doctor is Dr Ines Paul.", "The camp doctor will be Dr Kai Horn, because Dr Paul is on leave.")
_SALT_ROAD = ("The novel The Salt Road was written by Edda Finch in 1958. A film was made of it in 1971 by Piero Conte; it won two prizes at Venice. Finch was born in Cork and lived in Lisbon from 1949.",)
_CHECK = ("Check-in is from 15:00. Check-out is by 10:30.",)
_FIRM = ("Maria Lopez founded the firm in 1990 with her brother Juan, who left in 1999. Since 2015 it has been run by their nephew Diego.",)
_GATES = ("The east gate opens at 8:00; the west gate is locked at night.",)
_HOSTEL = ("A bed in a dormitory costs 29 euros a night. There are four dormitories.",)
_LEADS = ("Ivana Petrova leads the project; Tomas Reuter, who used to lead it, moved to the data team in August.",)
_PRESENT = ("Present: Ms Aldana (class teacher), 19 parents, Mr Brookes (head). Parents of children with allergies were asked to inform Ms Aldana by 1 October.",)
_SPAN = ("The bridge was built between 1890 and 1893 by Otto Lang. It is 210 metres long and was closed to cars in 1975.",)
_VACCINE = ("Three doses are given. It costs 48 euros a dose; most insurers pay 80 per cent.",)

# A sentence has all that was asked: it is quoted bare, and alone where it is one of several.
OUTRIGHT = (
    DocumentCase("What does Tunde do?", ("Bea and Tunde share a house. Tunde is a nurse.",), ("nurse",)),
    DocumentCase("Who makes the AquaPure?", ("The AquaPure is made by Northwind.",), ("Northwind",)),
    DocumentCase("Who voted against the petition?", ("Ms Ott voted against the petition.",), ("Ott",)),
    DocumentCase("Where was Rosalind Thackeray born?", _BORN, ("Born in Whitby",), ("Durham",)),
    DocumentCase("Where is the main branch?", ("Branches close at 16:00; the main branch in Ulm stays open until 18:00.",), ("Ulm",)),
    DocumentCase("How many prizes did the film win?", _SALT_ROAD, ("two prizes",)),
    DocumentCase("Where was Edda Finch born?", _SALT_ROAD, ("Cork",)),
    DocumentCase("How much is a child ticket?", ("The adult ticket costs 12 euros and the child ticket 6 euros.",), ("6 euros",)),
    DocumentCase("How much cumin do I need?", _STIR, ("teaspoon of cumin",)),
    DocumentCase("Who is the head?", _MINUTES, ("Mr Brookes (head)",)),
    DocumentCase("Who is the class teacher?", _MINUTES, ("Aldana",), ("trip",)),
    DocumentCase("How many doses do I need?", _VACCINE, ("Three doses",), ("48",)),
    DocumentCase("How many dormitories are there?", _HOSTEL, ("four",)),
    DocumentCase("How many people work at the brewery?", ("The brewery employs 64 people.",), ("64",)),
    DocumentCase("How many people does the table seat?", ("The table seats 6.",), ("6",)),
    DocumentCase("How many beds does the cabin have?", ("The cabin has two comfortable single beds and a stove.",), ("two",)),
    DocumentCase("When does the east gate open?", _GATES, ("8:00",)),
    DocumentCase("Who leads the project?", _LEADS, ("Ivana",)),
    DocumentCase("Is breakfast included for private rooms?", ("Breakfast is served from 7:00 and costs 6 euros; it is included for private rooms.",), ("included",)),
    DocumentCase("Why did Ann leave?", ("Ann left after a quarrel with the owner.",), ("quarrel",)),
    DocumentCase("Why is the terrace closed?", ("The terrace is closed for repairs until June.",), ("repairs",)),
    DocumentCase("Why did the shop move?", ("The shop moved to be nearer the station.",), ("station",)),
    DocumentCase("What did Mr Brookes say?", ("Mr Brookes said that the roof leaks.",), ("roof",)),
    DocumentCase("Which allergies do the children have?", ("Three of the children have a nut allergy.",), ("nut",)),
    DocumentCase("What time is check-out?", _CHECK, ("10:30",), ("15:00",)),
    DocumentCase("When is check-in?", _CHECK, ("15:00",), ("10:30",)),
    DocumentCase("Who founded the firm?", _FIRM, ("Maria Lopez",), ("Diego",)),
    DocumentCase("When did Juan leave?", _FIRM, ("1999",), ("2015",)),
    DocumentCase("What is the maximum speed of the X5 train?", ("The maximum speed of the X5 train is 250 km/h.",), ("250",)),
    DocumentCase("What time is check-in?", ("Check-in is from 3 pm and check-out is until 11 am.",), ("3 pm",)),
    DocumentCase("How high is the deposit?", ("The deposit is 1,800 euros.",), ("1,800 euros",)),
    DocumentCase("Who is the landlord?", ("Pets are allowed only with written consent of the landlord. The landlord is Hartmann GmbH.",), ("“The landlord is Hartmann GmbH.” [1]",), ("Pets",)),
    DocumentCase("How many rooms?", _TOWN, ("40 rooms", "” [2]"), ("mayor",), _WHO),
    DocumentCase("And how long is the bridge?", _FERRY, ("412 metres", "412 metres long", "” [2]"), ("ferry",), _OFTEN),
    DocumentCase("How tall is the tower?", _ROADS, ("90 metres",), ("2 km",), _TUNNEL),
    DocumentCase("How many cars?", _FERRY, ("60 cars",), ("20 minutes",), _OFTEN),
    DocumentCase("What colour is the bridge?", _ROADS, ("red",), ("2 km",), _TUNNEL),
    DocumentCase("What is the entry price?", _TOWN, ("5 euros",), ("mayor",), _WHO),
    DocumentCase("Who lives in Oslo?", _HOMES, ("Dan",), ("Paris",), ("Where does Alice live?", "Paris [1].")),
    DocumentCase("How many rooms?", _TOWN, ("40 rooms", "” [2]"), ("2 km",), ("Tell me of the castle", "It has rooms.")),
    DocumentCase("When was she born?", _TOWN, ("1970", "” [1]"), (), _WHO),
    DocumentCase("And in 1990?", ("The zoo counted 41,000 visitors in 1980.", "The zoo counted 52,000 visitors in 1990."), ("52,000",), ("41,000",), ("How many visitors did the zoo count in 1980?", "41,000 [1].")),
    DocumentCase("And Bob?", _HOMES, ("Rome", "” [1]"), ("Paris",), ("Where does Alice live?", "Paris [1].")),
    DocumentCase("What about Dan?", _HOMES, ("Oslo", "” [2]"), (), ("Where does Alice live?", "Paris [1].", "And Bob?", "Rome [1].")),
    DocumentCase("And the bridge?", _ROADS, ("412 metres long", "” [3]"), ("2 km", "painted"), _TUNNEL),
    DocumentCase("What does a room cost?", ("The Lake Inn has 40 rooms. A room at the Lake Inn costs 90 euros.", "The Mill Inn has 12 rooms. A room at the Mill Inn costs 70 euros."), ("70 euros",), ("90 euros",), ("How many rooms does the Mill Inn have?", "12 [2].")),
    DocumentCase("And how many cars does it carry?", _FERRY, ("60 cars", "” [1]"), (), _OFTEN),
    DocumentCase("When?", ("Acme was founded by Ann Reed in 1990.",), ("1990", "” [1]"), (), ("Who founded Acme?", "Ann Reed [1].")),
    DocumentCase("And the price?", ("The lamp weighs 2 kg. It costs 40 euros.", "The table costs 90 euros."), ("40 euros", "” [1]"), ("90",), ("How heavy is the lamp?", "2 kg [1].")),
    DocumentCase("Und wie alt ist sie?", ("Anna wohnt in Bonn. Sie ist 40 Jahre alt.",), ("40 Jahre alt", "” [1]"), (), ("Wo wohnt Anna?", "In Bonn [1].")),
    DocumentCase("Is there a cafe?", ("The museum is in Mill Lane.", "There is a cafe on the roof."), ("cafe on the roof", "” [2]"), (), ("Where is the museum?", "In Mill Lane [1].")),
    DocumentCase("And how old is he?", ("Carl is the cook. He is 50 years old.", "Ben is 30 years old."), ("50 years old", "” [1]"), (), ("Who is Carl?", "The cook [1].")),
    DocumentCase("What is the fee for members?", _FEE, ("zero for members",)),
    DocumentCase("What do tickets cost for children?", _THREE, ("free for children",)),
    DocumentCase("What does the course cost for students?", ("The course costs 200 euros (120 euros for students).",), ("120 euros for students", "120 euros", "” [1]")),
    DocumentCase("How many visitors did the zoo count in 1990?", ("The zoo counted 41,000 visitors in 1980 and 52,000 in 1990.",), ("52,000 in 1990", "52,000 in 1990.", "” [1]")),
    DocumentCase("How many hours do doctors work?", ("Nurses work 38 hours a week, while doctors work 45 hours a week.",), ("doctors work 45", "45 hours a week", "” [1]")),
    DocumentCase("How wide is the hall?", _HALL, ("35 metres wide", "” [1]")),
    DocumentCase("What does a ticket cost?", ("A ticket costs 12 euros for adults and 6 euros for children.",), ("12 euros for adults",)),
    DocumentCase("What is the fee for guests?", _FEE, ("“The fee is 30 euros for guests",)),
    DocumentCase("How long is the hall?", _HALL, ("120 metres long", "” [1]")),
    DocumentCase("What do tickets cost?", _THREE, ("12 euros for adults",)),
    DocumentCase("How much does the pump deliver?", ("The pump weighs 18 kg and delivers 40 litres a minute.",), ("40 litres a minute", "” [1]")),
    DocumentCase("When was the abbey built?", ("The abbey was built in 1120 and closed in 1803.",), ("1120", "” [1]")),
    DocumentCase("When is the shop open on Sundays?", ("The shop is open from 9 to 18 on weekdays and from 10 to 14 on Sundays.",), ("10 to 14",)),
    DocumentCase("How many guests and staff are there?", ("The inn has 40 guests and 12 staff.",), ("40 guests",)),
    DocumentCase("How long is the Meridian bridge?", ("The Meridian bridge was opened in 1931 by mayor Elsa Brandt. It is 412 metres long and has two piers.",), ("412 metres long", "” [1]"), ("1931",)),
    DocumentCase("Is breakfast included?", ("Breakfast is not included in the price.",), ("not included",)),
    DocumentCase("Are dogs allowed in the park?", ("Dogs are allowed in the park on a lead.",), ("on a lead",)),
    DocumentCase("How heavy is the Kestrel drone?", ("The Kestrel drone was designed in Bern in 2011. It weighs 3 kg.",), ("3 kg",), ("Bern",)),
    DocumentCase("From which pier does the ferry leave, and how long is the bridge?", _PIER, ("pier 4.", "” [1]", "412 metres long", "” [2]"), ("Not answered",)),
    DocumentCase("How long is the bridge and from which pier does the ferry leave?", _PIER, ("412 metres long", "” [2]")),
    DocumentCase("When was the mill built and who owns it?", ("The mill was built in 1820 and Ann Reed owns it.",), (), ("Not answered",)),
    DocumentCase("I am Sam. How long is the bridge?", _PIER, ("“The bridge is 412 metres long.” [2]",), ("Not answered",)),
    DocumentCase("When is the museum open?", _MUSEUM, ("public holidays",)),
    DocumentCase("When is the museum closed?", _MUSEUM, ("Mondays",)),
    DocumentCase("When is the room cold?", _ROOM, ("in winter",)),
    DocumentCase("When is the room warm?", _ROOM, ("in summer",)),
    DocumentCase("Is the room cold in summer?", _ROOM, ("The room is warm in summer but cold in winter.",)),
    DocumentCase("Which printer has a scanner?", _PRINTERS, ("the new printer has",)),
    DocumentCase("Does the old printer have a scanner?", _PRINTERS, ("The old printer lacks a scanner; the new printer has a scanner.",)),
    DocumentCase("Does the Pro plan include backups?", _PLANS, ("The free plan does not include backups; they are included in the Pro plan.",)),
    DocumentCase("Does the free plan include backups?", _PLANS, ("The free plan does not include backups; they are included in the Pro plan.",)),
    DocumentCase("Which plan includes backups?", _PLANS, ("Pro plan",)),
    DocumentCase("What does the Pro plan not include?", _PLANS),
    DocumentCase("Does the free plan include backups?", _PLANS_APART, ("“The free plan does not include backups.” [1]",)),
    DocumentCase("Does the Pro plan include backups?", _PLANS_APART, ("“They are included in the Pro plan.” [1]",)),
    DocumentCase("Is the API available in the US region?", _REGIONS, ("The API is not available in the EU region; it is available in the US region.",)),
    DocumentCase("Is the API available in the EU region?", _REGIONS, ("The API is not available in the EU region; it is available in the US region.",)),
    DocumentCase("In which region is the API available?", _REGIONS, ("US region",)),
    DocumentCase("Does the Business plan include phone support?", _PHONE, ("The Starter plan does not include phone support; it is included in the Business plan.",)),
    DocumentCase("Does the Starter plan include phone support?", _PHONE, ("The Starter plan does not include phone support; it is included in the Business plan.",)),
    DocumentCase("Is the pool heated in summer?", _POOL, ("The pool is not heated in winter; it is heated in summer.",)),
    DocumentCase("Is the pool heated?", _POOL, ("The pool is not heated in winter; it is heated in summer.",)),
    DocumentCase("Is the pool heated?", _POOL_APART, ("“The pool is not heated in winter.” [1]",)),
    DocumentCase("Is the pool heated in summer?", _POOL_APART, ("“It is heated in summer.” [1]",)),
    DocumentCase("When is the pool heated?", _POOL, ("in summer",)),
    DocumentCase("Is Jonas an engineer?", _JONAS, ("Jonas is not a manager; he is an engineer.",)),
    DocumentCase("Is TLS planned for version 2.0?", _TLS, ("TLS is not supported yet; it is planned for version 2.0.",)),
    DocumentCase("Which plan includes backups?", _PLANS_APART, ("“They are included in the Pro plan.” [1]",)),
    DocumentCase("When is the pool heated?", _POOL_APART, ("“It is heated in summer.” [1]",)),
    DocumentCase("When is the pool not heated?", _POOL),
    DocumentCase("When is the pool not heated?", _POOL_APART, ("“The pool is not heated in winter.” [1]",)),
    DocumentCase("What is Jonas?", _JONAS),
    DocumentCase("Does it support TLS?", _TLS, ("TLS is not supported yet; it is planned for version 2.0.",)),
    DocumentCase("Is TLS supported?", _TLS, ("TLS is not supported yet; it is planned for version 2.0.",)),
    DocumentCase("Is the gym open on Sunday?", _GYM, ("The gym is open every day except Sunday.",)),
    DocumentCase("Is the gym open every day?", _GYM),
    DocumentCase("Are dogs allowed in the hall on a leash?", _DOGS, ("Dogs are not allowed in the hall unless they are on a leash.",)),
    DocumentCase("Are dogs allowed in the hall?", _DOGS, ("Dogs are not allowed in the hall unless they are on a leash.",)),
    DocumentCase("Does the app support Windows 7?", _WINDOWS, ("The app no longer supports Windows 7, but it supports Windows 11.",)),
    DocumentCase("Does the app support Windows 11?", _WINDOWS, ("The app no longer supports Windows 7, but it supports Windows 11.",)),
    DocumentCase("May visitors use the sauna?", _VISITORS, ("Members may use the sauna, whereas visitors may not use it.",)),
    DocumentCase("May members use the sauna?", _VISITORS, ("Members may use the sauna, whereas visitors may not use it.",)),
    DocumentCase("Who may use the sauna?", _VISITORS, ("Members",)),
    DocumentCase("Is lunch included?", _LUNCH, ("Breakfast is included, but lunch is not.",)),
    DocumentCase("Is breakfast included?", _LUNCH, ("Breakfast is included, but lunch is not.",)),
    DocumentCase("Are cats allowed in the hotel?", _PETS, ("Neither cats nor dogs are allowed in the hotel; birds are allowed.",)),
    DocumentCase("Are birds allowed in the hotel?", _PETS, ("Neither cats nor dogs are allowed in the hotel; birds are allowed.",)),
    DocumentCase("Does Tarn export data to Excel?", _EXPORT, ("Tarn never exports data to Excel, while Velm exports data to Excel and CSV.",)),
    DocumentCase("Does Velm export data to Excel?", _EXPORT, ("Tarn never exports data to Excel, while Velm exports data to Excel and CSV.",)),
    DocumentCase("May adults enter without a ticket?", _TICKET, ("Children may enter without a ticket; adults may not enter without one.",)),
    DocumentCase("May children enter without a ticket?", _TICKET, ("Children may enter without a ticket; adults may not enter without one.",)),
    DocumentCase("Does the firm sell printers?", ("The firm stopped selling printers and now sells scanners.",), ("The firm stopped selling printers and now sells scanners.",)),
    DocumentCase("Does the shop accept cards?", _SHOP, ("The shop accepts cash but not cards.",)),
    DocumentCase("Does the shop accept cash?", _SHOP, ("The shop accepts cash but not cards.",)),
    DocumentCase("What does the shop accept?", _SHOP),
    DocumentCase("Is Anna a lawyer?", _RECORD, ("Anna is an engineer and Tom is a lawyer.",)),
    DocumentCase("Are refunds possible for vouchers?", ("Refunds are possible within 30 days, though not for vouchers.",), ("Refunds are possible within 30 days, though not for vouchers.",)),
    DocumentCase("Does the lift stop on floor 3?", _LIFT, ("The lift does not stop on floor 3, and the stairs lead to floor 3.",)),
    DocumentCase("Do the stairs lead to floor 3?", _LIFT, ("The lift does not stop on floor 3, and the stairs lead to floor 3.",)),
    DocumentCase("May clerks approve travel?", _ONLY, ("Only managers may approve travel; clerks may not approve it.",)),
    DocumentCase("May managers approve travel?", _ONLY, ("Only managers may approve travel; clerks may not approve it.",)),
    DocumentCase("Is a deposit required for guests?", _DEPOSIT, ("A deposit is not required for students; a deposit is required for guests.",)),
    DocumentCase("For whom is a deposit required?", _DEPOSIT, ("guests",)),
    DocumentCase("Who founded Acme?", ("Acme was not founded by Ann but by Bea.",)),
    DocumentCase("Is a deposit required for students?", _DEPOSIT),
    DocumentCase("Is Anna an engineer?", _RECORD),
    DocumentCase("Which prize did Marie Curie win in 1911?", _CURIE, ("“She won the Nobel Prize in Physics in 1903 and in Chemistry in 1911.” [1]",)),
    DocumentCase("When did Marie Curie win the Nobel Prize in Chemistry?", _CURIE, ("“She won the Nobel Prize in Physics in 1903 and in Chemistry in 1911.” [1]",)),
    DocumentCase("Who is the teacher?", _FAMILY, ("“Their father Paul is a teacher.” [1]",)),
    DocumentCase("Who lives in Cardiff?", _FAMILY, ("“Their uncle Bill lives in Cardiff with his wife Sue.” [1]",)),
    DocumentCase("Who is Sue?", _FAMILY, ("“Their uncle Bill lives in Cardiff with his wife Sue.” [1]",)),
    DocumentCase("Did Marie Curie win the Nobel Prize in Physics in 1911?", _CURIE, ("“She won the Nobel Prize in Physics in 1903 and in Chemistry in 1911.” [1]",)),
    DocumentCase("Who was her husband?", _CURIE, ("“With her husband Pierre she discovered polonium and radium in 1898.” [1]",)),
    DocumentCase("Who was the husband?", _CURIE, ("“With her husband Pierre she discovered polonium and radium in 1898.” [1]",)),
    DocumentCase("What is the account number?", ("The account number is DE89 3704 0044 0532 0130 00.",)),
    DocumentCase("When did Marie Curie win the Nobel Prize in Physics?", _CURIE, ("“She won the Nobel Prize in Physics in 1903 and in Chemistry in 1911.” [1]",)),
    DocumentCase("When did Marie Curie die?", _CURIE, ("“She died in 1934 of aplastic anaemia.” [1]",)),
    DocumentCase("Who discovered polonium?", _CURIE, ("“With her husband Pierre she discovered polonium and radium in 1898.” [1]",)),
    DocumentCase("Who is Tom's father?", _FAMILY, ("“Their father Paul is a teacher.” [1]",)),
    DocumentCase("Where does Bill live?", _FAMILY, ("“Their uncle Bill lives in Cardiff with his wife Sue.” [1]",)),
    DocumentCase("How many people live in Drayle?", ("In 2020 1 240 000 people live in Drayle.",)),
    DocumentCase("Where was Mozart born?", _MOZART, ("“Mozart was born in Salzburg.” [1]",)),
    DocumentCase("When did Mozart die?", _MOZART, ("“Mozart died in 1791, Beethoven in 1827.” [1]",)),
    DocumentCase("Are dogs allowed at Hotel Bora?", ("Hotel Bora is in Split. The Hotel Bora has 45 rooms. Breakfast is from 7:00 to 10:00. Dogs are not allowed.",), ("“Dogs are not allowed.” [1]",), ("45 rooms",)),
    DocumentCase("Who issued the invoice?", _INVOICE, ("Issued by Northwind Ltd",)),
    DocumentCase("Who is the customer?", _INVOICE, ("Customer: Joss Weatherly.",), ("Issued",)),
    DocumentCase("How long is the bridge?", _BRIDGE_TOO),
    DocumentCase("When was Karl mayor?", ("Karl was mayor from 1990 to 1995.",)),
    DocumentCase("Until when was Karl mayor?", ("Karl was mayor from 1990 to 1995.",)),
    DocumentCase("Where does the train go?", ("The train goes from Oslo to Bergen.",)),
    DocumentCase("What is the rent?", ("The rent is probably 900 euros.",)),
    DocumentCase("How much is a ticket?", ("A ticket costs at least 12 euros.",)),
    DocumentCase("How many rooms have a bath?", ("Not all rooms have a bath.",)),
    DocumentCase("Who runs the Heron Inn?", ("Eva Lind runs the Heron Inn.",)),
    DocumentCase("When did the Heron Inn open?", _INN, ("“The Heron Inn opened in 1987.” [1]",)),
    DocumentCase("How many rooms does the Heron Inn have?", _INN, ("“It has 14 rooms.” [1]",)),
    DocumentCase("How much does the box hold?", _BOX),
    DocumentCase("How many people came?", ("Less than 300 people came.",)),
    DocumentCase("When does the gate open?", ("The gate opens before 8:00.",)),
    DocumentCase("Which rooms have a bath?", ("Some rooms have a bath.",)),
    DocumentCase("Do all rooms have a bath?", ("Some rooms have a bath.",)),
    DocumentCase("Does room 7 have a bath?", ("All rooms except room 7 have a bath.",)),
    DocumentCase("Which rooms have a bath?", ("All rooms except room 7 have a bath.",)),
    DocumentCase("Who may enter?", ("Children over 12 may enter.",)),
    DocumentCase("How many guests complained?", ("Few guests complained.",)),
    DocumentCase("How many seats does the hall have?", ("The hall has nearly 300 seats.",)),
    DocumentCase("Where is the lamp?", ("The lamp is above the desk.",)),
    DocumentCase("Until when is breakfast served?", _BREAKFAST, ("“Breakfast is served from 7:00 to 10:00.”",)),
    DocumentCase("When does breakfast start?", _BREAKFAST, ("“Breakfast is served from 7:00 to 10:00.”",)),
    DocumentCase("When does breakfast end?", _BREAKFAST, ("“Breakfast is served from 7:00 to 10:00.”",)),
    DocumentCase("How deep is the lake?", ("The lake is rumoured to be 80 m deep.",)),
    DocumentCase("How old is the oak?", ("The oak is supposedly 900 years old.",)),
    DocumentCase("When will the bridge open?", ("The bridge may open in 2031.",)),
    DocumentCase("Where are the headquarters?", ("The headquarters moved from Oslo to Bergen.",)),
    DocumentCase("Where did Alan Turing work?", _BIRTHS, ("He worked at Bletchley Park.",), ("1912",)),
    DocumentCase("Is the shop open on Mondays?", ("The shop is closed on Mondays.",), ("“The shop is closed on Mondays.”",)),
    DocumentCase("How heavy is the trunk?", ("The trunk weighs at most 20 kg.",)),
    DocumentCase("When did the mill close?", ("The mill closed after 1950.",)),
    DocumentCase("Where is the cellar?", ("The cellar lies beneath the chapel.",)),
    DocumentCase("How many members voted?", ("Hardly any members voted.",)),
    DocumentCase("Who designed the hall?", ("The hall was probably designed by Nils Berg.",)),
    DocumentCase("Who designed the hall?", ("Nils Berg is thought to have designed the hall.",)),
    DocumentCase("What does the pass cover?", ("The pass covers every museum except the Tate.",)),
    DocumentCase("How much does the bag cost?", ("The bag weighs 3 kg and costs 80 euros.",)),
    DocumentCase("When is the office open?", ("The office is open on weekdays until 16:00.",)),
    DocumentCase("Do most students pay?", ("Few students pay.",)),
    DocumentCase("How many cows has the farm?", ("The farm had 40 cows in 1990.",)),
    DocumentCase("Who is the captain?", ("Leo Marsh was the captain until 2019.",)),
    DocumentCase("How long is the film?", ("The film is nearly two hours long.",)),
    DocumentCase("Can children enter?", ("Children can enter only with an adult.",)),
    DocumentCase("What is banned?", ("Everything but water is banned.",)),
    DocumentCase("How fast is the boat?", ("The boat could reach 40 km/h if it were repaired.",)),
    DocumentCase("How many wheels has the cart?", ("The cart has two wheels and four seats.",)),
    DocumentCase("What colour is the roof?", ("The walls are white and the roof is grey.",)),
    DocumentCase("Who pays the rent?", ("The tenant pays the rent to the owner.",)),
    DocumentCase("How tall is Mara?", ("Mara is 20 years old and 170 cm tall.",)),
    DocumentCase("When does the course end?", ("The course begins on 3 May and ends on 9 June.",)),
    DocumentCase("Is the lift working?", ("The lift is not working.",)),
    DocumentCase("Is the park larger than the zoo?", ("The zoo is larger than the park.",)),
    DocumentCase("Which is older, the church or the school?", ("The school is older than the church.",)),
    DocumentCase("How many died?", ("It is feared that 30 people died.",)),
    DocumentCase("Was the plan accepted?", ("The board neither accepted nor rejected the plan.",)),
    DocumentCase("How wide is the bridge?", _BRIDGE_TOO),
    DocumentCase("How tall is the tower?", _TOWER),
    DocumentCase("What is the height of the tower?", _TOWER),
    DocumentCase("Who hired Bob?", _HIRED),
    DocumentCase("How much does the box weigh?", _BOX),
    DocumentCase("When is breakfast served?", _BREAKFAST, ("“Breakfast is served from 7:00 to 10:00.” [1]",)),
    DocumentCase("Where did the headquarters move?", ("The headquarters moved from Oslo to Bergen.",)),
    DocumentCase("How old is Bob?", ("Ann is 30. Bob is 40.",), ("“Bob is 40.”",)),
    DocumentCase("When does the museum close?", ("The museum is open from 9:00 to 17:00.",)),
    DocumentCase("Where is the key?", ("The key is under the mat behind the door.",)),
    DocumentCase("Who may use the sauna?", ("Only guests over 16 may use the sauna.",)),
    DocumentCase("How deep is the well?", ("The well, dug in 1820, is 30 m deep and 2 m wide.",)),
    DocumentCase("Does the hall have seats?", ("The hall has seats.",)),
    DocumentCase("When was he born?", _BIRTHS, ("“Alan Turing was born in 1912.” [1]",), (), _TURING),
    DocumentCase("When does the pool open?", _POOL_TOO, ("8:00", "9:00 on Sundays"), ("disagree",)),
    DocumentCase("When does the pool open on Sundays?", _POOL_TOO, ("9:00 on Sundays", "” [2]"), ("8:00",)),
    DocumentCase("How much do the Alpha phone and the Beta phone cost?", _PHONES, ("300 euros", "450 euros"), ("disagree",)),
    DocumentCase("How many inhabitants do Paris and Rome have?", ("Paris has 2100000 inhabitants. Rome has 2800000 inhabitants.",), ("2100000", "2800000"), ("disagree",)),
    DocumentCase("Wann beginnt der Kurs?", ("Der Kurs beginnt am 5. September und kostet 220 Euro.",), ("“Der Kurs beginnt am 5. September und kostet 220 Euro.” [1]",)),
    DocumentCase("How much is the fee?", ("The fee is 30 for guests.",), ("“The fee is 30 for guests.” [1]",)),
    DocumentCase("Who hired Ben?", _BY_ANNA, ("“Ben was hired by Anna in 2020.” [1]",)),
    DocumentCase("Who was hired by Anna?", _BY_ANNA, ("“Ben was hired by Anna in 2020.” [1]",)),
    DocumentCase("When did Max Roe die?", ("Max Roe was born in Lund, Sweden, in 1920 and died on 3 May 1999.",), ("“Max Roe was born",)),
    DocumentCase("When was Max Roe born?", ("Max Roe was born in Lund, Sweden, in 1920 and died on 3 May 1999.",), ("“Max Roe was born",)),
    DocumentCase("Who is the landlord?", ("The landlord is now Erik Sand.",), ("“The landlord is now Erik Sand.” [1]",)),
    DocumentCase("On which floor is the archive?", _FLOORS, ("“The archive is on the third floor and holds 9,000 maps.” [1]",)),
    DocumentCase("Who trained the rowers until 2016?", _COACHES, ("“Lena Vogt trains the rowers since 2012.” [1]",)),
    DocumentCase("What does the Turin plant make?", _CITIES_TOO, ("“The Turin plant makes gearboxes.” [1]",)),
    DocumentCase("When was the blue wire cut?", _WIRES, ("“The blue wire was cut in 2011.” [1]",)),
    DocumentCase("How many volts does the red wire carry?", _WIRES, ("“The red wire carries 230 volts.” [1]",)),
    DocumentCase("When was the south tower demolished?", _TOWERS, ("“The south tower was demolished in 1999.” [1]",)),
    DocumentCase("How many floors does the north tower have?", _TOWERS, ("“The north tower has 54 floors.” [1]",)),
    DocumentCase("Since when has Maria led the office?", _OFFICES, ("“Maria Keller leads the Zurich office since 2017.” [1]",)),
    DocumentCase("How many employees does the Zurich office have?", _OFFICES, ("“The Zurich office has 38 employees.” [1]",)),
    DocumentCase("What is the maximum flow?", _PUMP, ("“Its maximum flow is 12 litres per minute at 2 bar.” [1]",)),
    DocumentCase("What is the maximum flow of the Zephyr 300 pump?", _PUMP, ("“Its maximum flow is 12 litres per minute at 2 bar.” [1]",)),
    DocumentCase("How many passengers does the ferry carry?", _FERRY_TOO, ("“The ferry crosses every 40 minutes and carries 220 passengers on two decks.” [1]",)),
    DocumentCase("When did Team B win the league?", _TEAMS, ("“Team B won the league in 2018.” [1]",)),
    DocumentCase("Which team won the final?", _TEAMS, ("“Team A won the final in 2015.” [1]",)),
    DocumentCase("When was the green house built?", _HOUSES, ("“The green house was built in 1910 and has eleven rooms.” [1]",)),
    DocumentCase("Who bought the yellow house?", _HOUSES, ("“The yellow house was sold to a baker in 1987.” [1]",)),
    DocumentCase("Where must Morlin be kept?", _DRUGS, ("“Morlin eases pain and must be kept in a refrigerator.” [1]",)),
    DocumentCase("How often is Vexin taken?", _DRUGS, ("“Vexin lowers the pulse and is taken twice a day.” [1]",)),
    DocumentCase("How heavy is Model Y?", _MODELS, ("“Model Y weighs 3.2 kg and needs a fan.” [1]",)),
    DocumentCase("How many maps does the archive hold?", _FLOORS, ("“The archive is on the third floor and holds 9,000 maps.” [1]",)),
    DocumentCase("Until when did Omar Said coach the swimmers?", _COACHES, ("“Omar Said coached the swimmers until 2016.” [1]",)),
    DocumentCase("When was the Lyon plant enlarged?", _CITIES_TOO, ("“The Lyon plant makes brakes and was enlarged in 2009.” [1]",)),
    DocumentCase("When was the old bridge repaired?", _BRIDGES, ("“It was repaired in 1975.” [1]",)),
    DocumentCase("How long is the old bridge?", _BRIDGES, ("“The old bridge is 120 metres long.” [1]",)),
    DocumentCase("Who patented Alloy D?", _ALLOYS, ("“Alloy D conducts well and was patented by Ruth Baum.” [1]",)),
    DocumentCase("How many litres does the tank lose per day?", _TANK, ("“The tank holds 300 litres and loses 2 litres per day.” [1]",)),
    DocumentCase("Who wrote the novel?", _EDITORS, ("“Nadia Frey wrote the novel in 1966.” [1]",)),
    DocumentCase("When did Paul Orth translate the play?", _EDITORS, ("“Paul Orth translated the play in 1971.” [1]",)),
    DocumentCase("What do I do with the pump?", ("Do not run the pump dry.",)),
    DocumentCase("May I run the pump dry?", ("Do not run the pump dry.",)),
    DocumentCase("What must be done with the pump?", ("Never open the pump while it is hot.",)),
    DocumentCase("When does the gate open?", ("The gate does not open before 9:00.",)),
    DocumentCase("How heavy may a parcel be?", ("A parcel must not exceed 20 kg.",)),
    DocumentCase("Is there a warranty on used goods?", ("There is no warranty on used goods.",)),
    DocumentCase("Are refunds given after 30 days?", ("No refunds are given after 30 days.",)),
    DocumentCase("Does Ann have children?", ("Ann has no children.",)),
    DocumentCase("Is Bob the CEO of Acme?", ("Bob is not the CEO of Acme.",)),
    DocumentCase("Is smoking allowed?", ("Smoking is never allowed in the hall.",)),
    DocumentCase("Is the seal covered?", ("The seal isn't covered by the warranty.",)),
    DocumentCase("What is not covered by the warranty?", ("The battery is not covered by the warranty.",)),
    DocumentCase("Who may not enter the hall?", ("Children may not enter the hall.",)),
    DocumentCase("How long does leave last?", ("Leave lasts 10 days and does not roll over.",)),
    DocumentCase("What must I not do with the pump?", ("Do not run the pump dry.",)),
    DocumentCase("Why does the pump fail?", ("The pump fails because it was not oiled.",)),
    DocumentCase("How many children does Ann have?", ("Ann has no children.",)),
    DocumentCase("Who is the mayor of Kell?", ("Otto is the mayor of Kell, not of Drayle.",)),
    DocumentCase("What does the ticket cost?", ("The ticket costs 5 euros and cannot be returned.",)),
    DocumentCase("Is the hall open on Sundays?", ("The hall is not open on Sundays.",)),
    DocumentCase("Who does not eat meat?", ("Tim does not eat meat.",)),
    DocumentCase("What colour is the roof?", ("The roof is red because tiles were not available in grey.",)),
    DocumentCase("Where does Tim live?", ("Tim lives in Kell and does not own a car.",)),
    DocumentCase("How long is the visa valid?", ("The visa is valid for 90 days and cannot be extended.",)),
    DocumentCase("What is the price of entry?", ("Entry costs 4 euros; dogs are not allowed.",)),
    DocumentCase("What happens when the pump runs dry?", ("Do not run the pump dry: the seal is destroyed within thirty seconds.",)),
    DocumentCase("When does the shop open?", ("The shop does not open until 9:00.",)),
    DocumentCase("By when must applications arrive?", ("Applications must arrive no later than 4 March.",)),
    DocumentCase("Until when are refunds given?", ("No refunds are given after 30 days.",)),
    DocumentCase("How many lifts does the hall have?", ("The hall has no lifts and two ramps.",)),
    DocumentCase("Who leads the team?", ("No one leads the team.",)),
)

# No sentence has it.
BEHIND_THE_LEAD = (
    DocumentCase("How heavy is it?", _FAN, ("4.6 kg",)),
    DocumentCase("How long is the tower?", _ROADS, ("“The tower was built in 1900.” [2]",), ("2 km",), _TUNNEL),
    DocumentCase("And its height?", _ROADS, ("90 metres tall", "” [2]"), (), ("When was the tower built?", "In 1900 [2].")),
    DocumentCase("How tall is it?", _ROADS, ("90 metres tall", "” [2]"), (), ("When was the tower built?", "In 1900 [2].")),
    DocumentCase("How heavy is it?", ("The pump is blue. It needs oil.", "The oven weighs 18 kg."), (), (), ("What colour is the pump?", "Blue [1].")),
    DocumentCase("Who owns it?", ("The mill was built in 1820. It is owned by Ann Reed.", "The inn is owned by Tom."), ("Ann Reed",), ("Tom",), ("When was the mill built?", "In 1820 [1].")),
    DocumentCase("What is the price for children under 6?", _TICKETS, ("free for children",)),
    DocumentCase("What is the price for children?", _ENTRY, ("free for children", "” [1]")),
    DocumentCase("What is the dose for children?", _DOSE, ("children 250 mg", "250 mg", "” [1]")),
    DocumentCase("What is the price for students?", _THREE, ("8 for students",)),
    DocumentCase("How much do campers pay?", ("Residents pay 4 euros, visitors and campers pay 7 euros.",), ("campers pay 7", "7 euros", "” [1]")),
    DocumentCase("How much do children pay?", ("Adults and children pay 9 and 5 euros respectively.",), ("respectively",)),
    DocumentCase("What is the price for adults?", _ENTRY, ("9 euros for adults",)),
    DocumentCase("What is the price for adults?", _TICKETS, ("3.50 euros", "” [2]")),
    DocumentCase("What is the dose for adults?", _DOSE, ("500 mg", "” [1]")),
    DocumentCase("Who is the mayor of Arden?", ("Arden has a mayor.",)),
    DocumentCase("What does the warranty cover?", ("The warranty does not cover water damage; it covers defects.",), ("it covers defects",)),
    DocumentCase("Which version of Windows does the app support?", _WINDOWS, ("Windows 11",)),
    DocumentCase("Who won?", ("Tom did not win and Eva won.",), ("Eva won",)),
    DocumentCase("How many Nobel Prizes did Marie Curie win?", _CURIE, ("“Her daughter Irène also won a Nobel Prize.” [1]",)),
    DocumentCase("When did Pierre Curie die?", _CURIE, ("“She died in 1934 of aplastic anaemia.” [1]",)),
    DocumentCase("Is Tom a teacher?", _FAMILY, ("“Tom is older than Jane.” [1]",)),
    DocumentCase("When did Einstein die?", _EINSTEIN, ("“His wife Elsa died in 1936.” [1]",)),
    DocumentCase("What's the phone number?", ("Contact: billing@northwind.example, phone +49 30 1234567.",)),
    DocumentCase("Where did Mozart die?", _MOZART, ("“Mozart was born in Salzburg.” [1]",)),
    DocumentCase("When was Mozart born?", _MOZART, ("“Mozart was born in Salzburg.” [1]",)),
    DocumentCase("How much does the free edition cost?", ("The free edition is limited to three projects. The team edition costs 9 euros a month.",), ("“The free edition is limited to three projects. The team edition costs 9 euros a month.” [1]",)),
    DocumentCase("Where did Elsa die?", _EINSTEIN, ("“His wife Elsa died in 1936.” [1]",)),
    DocumentCase("Who are the parties?", ("This agreement is between Northwind Ltd and Joss Weatherly. Either party may terminate the agreement with 30 days notice.",), ("“Either party may terminate the agreement with 30 days notice.” [1]",)),
    DocumentCase("What does the warranty not cover?", ("The warranty covers manufacturing defects for two years. The battery is excluded.",), ("“The warranty covers manufacturing defects for two years.” [1]",)),
    DocumentCase("How high is the bridge?", _BRIDGE_TOO),
    DocumentCase("How long is the table?", ("The table is 2 m wide.",)),
    DocumentCase("How wide is the tower?", _TOWER),
    DocumentCase("How deep is the tower?", _TOWER),
    DocumentCase("Who runs the Heron Inn?", _INN, ("“The Heron Inn opened in 1987.” [1]",)),
    DocumentCase("Who hired Ann?", _HIRED),
    DocumentCase("Which has more rooms, the Heron Inn or the Stork Hotel?", ("The Heron Inn has 14 rooms. The Stork Hotel has 30 rooms.",), ("30 rooms",), ("disagree",)),
    DocumentCase("Which hotel has more rooms?", _HOTELS, ("42 rooms.” [1]", "65 rooms.” [2]"), ("disagree",)),
    DocumentCase("Are dogs allowed at the Bellevue?", _HOTELS, ("“Pets are not allowed.” [2]",)),
    DocumentCase("How much is a wedding cake?", ("Wedding cakes must be ordered four weeks ahead.",)),
    DocumentCase("How much is the sauna?", ("The sauna seats 12 people.",)),
    DocumentCase("How much power does the dryer use?", ("The dryer weighs 6 kg and removes 8 litres per day.",)),
    DocumentCase("How many lockers are there?", ("Lockers need a one euro coin.",)),
    DocumentCase("When was Elin Vasker born?", ("Elin Vasker was a botanist. She was born in Bergen and studied in Uppsala from 1910 to 1914.",)),
    DocumentCase("When did Mia Holt die?", ("Mia Holt was born in Hull, married in 1950 and died in York.",)),
    DocumentCase("Who hired Anna?", _BY_ANNA),
    DocumentCase("When was Anna hired?", _BY_ANNA),
    DocumentCase("Who was hired by Ben?", _BY_ANNA),
    DocumentCase("Who bought Orion?", ("The company Tessel was bought by Orion in 2019.",)),
    DocumentCase("Who is the payment provider?", ("The launch moves to 10 March because the payment provider is late.",)),
    DocumentCase("Can leave be paid out?", ("Employees get 28 days of paid leave a year.",)),
    DocumentCase("How much cumin is needed?", ("Ingredients: 1 litre vegetable stock. Add the lentils, cumin and stock.",)),
    DocumentCase("Wo ist die Bibliothek?", ("Die Bibliothek ist von Dienstag bis Samstag von 10 bis 18 Uhr geöffnet.",)),
    DocumentCase("Which costs more, the Alpha phone or the Beta phone?", _PHONES, ("450 euros",), ("disagree",)),
    DocumentCase("Where does Rosa live?", ("Rosa moved from Lima to Quito.",)),
    DocumentCase("How deep is the pool?", ("The pool is 25 m long and 10 m wide.",)),
    DocumentCase("Who beat Drayle?", ("Drayle beat Arden 3-1.",)),
    DocumentCase("Who beat Arden?", ("Drayle lost to Arden.",)),
    DocumentCase("Who succeeded Anna?", ("Anna succeeded Peter in 2001.",)),
    DocumentCase("How warm is the lake?", ("The lake seldom exceeds 18 degrees.",)),
    DocumentCase("How high is the mountain?", ("The mountain rises to 3,200 m above sea level.",)),
    DocumentCase("Who owns the Heron Inn?", _INN, ("“The Heron Inn opened in 1987.” [1]",)),
    DocumentCase("Which costs more, the Alpha phone or the Beta phone?", ("The Alpha phone costs 300 euros.", "The Beta phone costs 450 euros."), ("300 euros.", "” [1]", "450 euros.", "” [2]"), ("disagree",)),
    DocumentCase("When was the red wire cut?", _WIRES, ("“The red wire carries 230 volts. The blue wire was cut in 2011.” [1]",)),
    DocumentCase("How many volts does the blue wire carry?", _WIRES, ("“The red wire carries 230 volts.” [1]",)),
    DocumentCase("When was the north tower demolished?", _TOWERS, ("“The north tower has 54 floors. The south tower was demolished in 1999.” [1]",)),
    DocumentCase("How many employees does the Geneva office have?", _OFFICES, ("“The Geneva office was closed in 2020.” [1]",)),
    DocumentCase("When was the Zurich office closed?", _OFFICES, ("“Maria Keller leads the Zurich office since 2017. The Zurich office has 38 employees. The Geneva office was closed in 2020.” [1]",)),
    DocumentCase("What is the maximum flow in litres per hour?", _PUMP, ("“Its maximum flow is 12 litres per minute at 2 bar.” [1]",)),
    DocumentCase("How many passengers per day?", _FERRY_TOO, ("“The ferry crosses every 40 minutes and carries 220 passengers on two decks.” [1]",)),
    DocumentCase("How many cars does the ferry carry?", _FERRY_TOO, ("“The ferry crosses every 40 minutes and carries 220 passengers on two decks.” [1]",)),
    DocumentCase("When did Team A win the league?", _TEAMS, ("“Team B won the league in 2018.” [1]",)),
    DocumentCase("When was the yellow house built?", _HOUSES, ("“The green house was built in 1910 and has eleven rooms. The yellow house was sold to a baker in 1987.” [1]",)),
    DocumentCase("How many rooms does the yellow house have?", _HOUSES, ("“The green house was built in 1910 and has eleven rooms. The yellow house was sold to a baker in 1987.” [1]",)),
    DocumentCase("Who bought the green house?", _HOUSES),
    DocumentCase("When was the green house sold?", _HOUSES, ("“The green house was built in 1910 and has eleven rooms. The yellow house was sold to a baker in 1987.” [1]",)),
    DocumentCase("Does Morlin lower the pulse?", _DRUGS, ("“Morlin eases pain and must be kept in a refrigerator.” [1]",)),
    DocumentCase("Where must Vexin be kept?", _DRUGS, ("“Vexin lowers the pulse and is taken twice a day.” [1]",)),
    DocumentCase("How often is Morlin taken?", _DRUGS, ("“Morlin eases pain and must be kept in a refrigerator.” [1]",)),
    DocumentCase("How heavy is Model X?", _MODELS, ("“Model X runs for nine hours on one charge.” [1]",)),
    DocumentCase("How many hours does Model Y run?", _MODELS, ("“Model Y weighs 3.2 kg and needs a fan.” [1]",)),
    DocumentCase("How many maps does the kitchen hold?", _FLOORS, ("“The archive is on the third floor and holds 9,000 maps.” [1]",)),
    DocumentCase("How many members do the rowers have?", _COACHES, ("“The swimmers have 41 members.” [1]",)),
    DocumentCase("Since when does Lena Vogt coach the swimmers?", _COACHES, ("“Lena Vogt trains the rowers since 2012.” [1]",)),
    DocumentCase("When was the Turin plant enlarged?", _CITIES_TOO, ("“The Lyon plant makes brakes and was enlarged in 2009.” [1]",)),
    DocumentCase("When was the Lyon plant closed?", _CITIES_TOO, ("“The Lyon plant makes brakes and was enlarged in 2009.” [1]",)),
    DocumentCase("How long is the new bridge?", _BRIDGES),
    DocumentCase("When was the new bridge repaired?", _BRIDGES),
    DocumentCase("When did the old bridge open?", _BRIDGES, ("“The old bridge is 120 metres long. … The new bridge carries four lanes and opened in 2003.” [1]",)),
    DocumentCase("At how many degrees does Alloy D melt?", _ALLOYS, ("“Alloy C melts at 610 degrees.” [1]",)),
    DocumentCase("Who patented Alloy C?", _ALLOYS, ("“Alloy C melts at 610 degrees.” [1]",)),
    DocumentCase("How many litres does the tank lose per week?", _TANK, ("“The tank holds 300 litres and loses 2 litres per day.” [1]",)),
    DocumentCase("How many litres does the boiler hold?", _TANK),
    DocumentCase("How many kW does the tank use?", _TANK),
    DocumentCase("Who translated the novel?", _EDITORS, ("“Nadia Frey wrote the novel in 1966. Paul Orth translated the play in 1971.” [1]",)),
    DocumentCase("When did Nadia Frey write the play?", _EDITORS, ("“Nadia Frey wrote the novel in 1966.” [1]",)),
    DocumentCase("How heavy is the Zephyr 300?", _PUMP, ("“The Zephyr 300 pump weighs 14 kg.” [1]",)),
)

# Nothing bears on it.
UNSAID = (
    DocumentCase("and the museum?", _TOWN, (), ("mayor",), _WHO),
    DocumentCase("What about the bridge?", _TOWN, (), ("mayor",), _WHO),
    DocumentCase("What about the garden?", _ROADS, (), ("2 km",), _TUNNEL),
    DocumentCase("Is dinner included?", ("Breakfast is included in the price.",), (), ("Breakfast",)),
    DocumentCase("What must be avoided?", ("Never mix bleach and vinegar.",)),
    DocumentCase("When was she born?", _BIRTHS, (), ("1912",), _TURING),
)

# Behind the lead or not at all, by words or by meaning.
NOT_OUTRIGHT = (
    DocumentCase("How many plots are there?", ("The annual rent for a full plot is 62 pounds and for a half plot 34, payable by 31 January.",)),
    DocumentCase("Who voted against the petition?", ("The council voted by three to one to support the petition.",)),
    DocumentCase("Who makes the AquaPure?", ("AquaPure 300 dehumidifier, quick guide. The AquaPure 300 removes up to 12 litres a day.",)),
    DocumentCase("What does Tunde do?", ("I share a house in Elm Grove with three others: Bea, Tunde and Marcus.",)),
    DocumentCase("Which wine goes with it?", ("Stir in two tins of tomatoes, a glass of red wine and a bay leaf.",)),
    DocumentCase("How many people are coming?", ("The train leaves at 7:42 from platform 6.",)),
    DocumentCase("How many people work at Orchard Lane?", ("In June we bought the cidery Orchard Lane from the Webb family for 1.2 million pounds.",)),
    DocumentCase("How many doses do I need?", ("It costs 48 euros a dose; most insurers pay 80 per cent.",)),
    DocumentCase("How many beds are in a dormitory?", _HOSTEL),
    DocumentCase("How many beds are there?", _HOSTEL),
    DocumentCase("Where is the camp?", _CAMP),
    DocumentCase("Where is the bank?", ("The Linden Bank offers three accounts. Loans are granted by Ms Ohm.",)),
    DocumentCase("Who does Ms Ohm work for?", ("The Linden Bank offers three accounts. Loans are granted by Ms Ohm.",)),
    DocumentCase("How many prizes did the novel win?", _SALT_ROAD),
    DocumentCase("When was Edda Finch born?", _SALT_ROAD),
    DocumentCase("Where was Owen Finch born?", _SALT_ROAD),
    DocumentCase("How many people work at Calder & Sons?", ("Staff handbook, Calder & Sons. The works council has five members and meets on Mondays.",)),
    DocumentCase("Why was Mrs Dale on leave?", ("Mrs Dale is back from leave; Mr Ruiz, who stood in for her, now teaches Year 6.",)),
    DocumentCase("When is the summer fete?", ("The summer fete needs 20 helpers; so far seven have signed up.",)),
    DocumentCase("How many plots are there?", ("Three plots are vacant.",)),
    DocumentCase("Where is the hotel?", ("Hotel Seegarten: rooms from 110 euros. Check-in from 14:00, check-out until 11:00.",)),
    DocumentCase("Where is Skerry?", ("The ferry Marlin sails from Port Dunmore to Skerry at 6:15, 11:30 and 17:00.",)),
    DocumentCase("What did Jon Ebel say?", ("The report was written by Jon Ebel.",)),
    DocumentCase("How many towers does the church have?", ("The church is old. The tower is 61 metres high and leans.",)),
    DocumentCase("How many members does the choir have?", ("Meeting of the choir, 9 May. Present: 23 members, Ruth Lange (chair).",)),
    DocumentCase("How many films does the library have?", ("The library lends books for four weeks and films for one week.",)),
    DocumentCase("Where is the bridge?", _SPAN),
    DocumentCase("Why was the bridge closed to cars?", _SPAN),
    DocumentCase("When does the west gate open?", _GATES),
    DocumentCase("Who leads the data team?", _LEADS),
    DocumentCase("Why did the profit fall?", ("Profit fell to 410,000 pounds.",)),
    DocumentCase("Why did Ivana Petrova leave?", ("Ivana Petrova left the company on 20 November; Dario Conti now leads the project.",)),
    DocumentCase("What did Mr Brookes say?", _PRESENT),
    DocumentCase("What did Mr Brookes say?", ("Mr Brookes attended the meeting.",)),
    DocumentCase("Which allergies do the children have?", _PRESENT),
    DocumentCase("When did Maria leave?", _FIRM),
    DocumentCase("Why did Juan leave?", _FIRM),
    DocumentCase("Am I allowed to sublet?", ("The rent is 900 euros. Pets are allowed only with written consent of the landlord.",)),
    DocumentCase("Are cats allowed?", ("Dogs are allowed for 15 euros.",)),
    DocumentCase("How much is a room?", ("Smoking in a room costs 150 euros.",)),
    DocumentCase("How much is a ticket?", ("Losing your ticket costs a fine of 60 euros.",)),
    DocumentCase("How much does it cost per year?", ("The excess is 100 euros per claim.",)),
    DocumentCase("How deep is the pool?", ("The hotel has a 25-metre pool.",)),
    DocumentCase("What is the price?", _TOWN, (), ("mayor", "Eva"), _WHO),
)

# One says what the other denies, or two values differ at once.
CONTRADICTING = (
    DocumentCase("Who is the camp doctor?", _CAMP, (), ("Birkensee",)),
    DocumentCase("Is parking allowed?", ("Parking is allowed.", "Parking is not allowed.")),
    DocumentCase("May dogs enter the garden?", ("Dogs may enter the garden.", "Dogs may not enter the garden.")),
    DocumentCase("Is the pool open on Sunday?", ("The pool is open on Sunday.", "The pool is not open on Sunday.")),
    DocumentCase("Is the pool open on Sunday?", ("The pool is open on Sunday.", "The pool is closed on Sunday.")),
    DocumentCase("Is the pool closed on Sunday?", ("The pool is open on Sunday.", "The pool is closed on Sunday.")),
    DocumentCase("Is breakfast included in the price?", ("Breakfast is not included in the price.", "Breakfast is included in the price.")),
    DocumentCase("Can guests smoke on the balcony?", ("Guests can smoke on the balcony.", "Guests cannot smoke on the balcony.")),
    DocumentCase("Is smoking allowed in the hall?", ("Smoking is allowed in the hall.", "Smoking is forbidden in the hall.")),
    DocumentCase("Does the shop accept cards?", ("The shop accepts cards.", "The shop does not accept cards.")),
    DocumentCase("Is swimming permitted in the lake?", ("The lake is deep. Swimming in the lake is permitted.", "Swimming in the lake is prohibited.")),
    DocumentCase("When does the workshop start?", ("The workshop starts at 9 am.", "The workshop starts at 9.30 am.")),
    DocumentCase("When was Omega Corp founded?", ("Omega Corp was founded in 1999 in Oslo.", "Omega Corp was founded in 2003 in Bergen.")),
    DocumentCase("When was the mill built?", ("The mill was built in 1820 in Arden.", "The mill was built in 1850 in Boll.")),
    DocumentCase("Where was Olga Brandt born?", ("Olga Brandt was born in Riga in 1901.", "Olga Brandt was born in Tartu in 1905.")),
    DocumentCase("How tall is Mount Kesa?", ("Mount Kesa is 2,310 metres tall.", "Mount Kesa is 2,450 metres high.")),
    DocumentCase("How high is Mount Kesa?", ("Mount Kesa is 2,310 metres tall.", "The height of Mount Kesa is 2,450 metres.")),
)

# Both may be true.
COMPATIBLE = (
    DocumentCase("Is parking allowed?", ("Parking is allowed.", "Parking is not allowed at night.")),
    DocumentCase("May dogs enter the garden?", ("Dogs may enter the garden.", "Dogs may not enter the castle.")),
    DocumentCase("Is the pool open on Sunday?", ("The pool is open on Sunday.", "The pool is closed on Monday.")),
    DocumentCase("Is the pool open on Sunday?", ("The pool is open on Sunday.", "The pool is not closed on Sunday.")),
    DocumentCase("Is breakfast included in the price?", ("Breakfast is included in the price.", "Dinner is not included in the price.")),
    DocumentCase("Is the shop open?", ("The shop is open.", "The door of the shop is closed.")),
    DocumentCase("Does the shop accept cards?", ("The shop accepts cards.", "The shop does not accept cheques.")),
    DocumentCase("Is swimming permitted?", ("Swimming is permitted.", "Swimming is not permitted for children.")),
    DocumentCase("When did the choir sing?", ("The choir sang in 1999 in Oslo.", "The choir sang in 2003 in Bergen.")),
    DocumentCase("When was the mill built?", ("The mill was built in 1820 in Arden.", "The mill in Boll was repaired in 1850.")),
    DocumentCase("How tall is the wall?", ("The wall is 3 metres high.", "The wall is 20 metres wide.")),
    DocumentCase("Is the museum open?", ("The museum is not only open but free.", "The museum is open and free.")),
    DocumentCase("Is the bridge open?", ("The bridge is open.", "The old bridge is closed.")),
    DocumentCase("Is smoking forbidden?", ("Smoking is forbidden.", "Smoking is not allowed.")),
)

_MAIL = ("The train leaves at 7:42 from platform 6. Lars will bring the projector. Dinner is at 19:30. Jonas cannot come because his wife is ill.",
    "Email from Gwen, a day later: Hi all, small change: the train leaves at 8:12 from platform 6, and Lars is ill, so Omar will bring the projector. Dinner now starts at 20:00.")
_STATUS = ("Ivana Petrova leads the project. The budget is 1.4 million euros. Italy is planned for January.",
    "Ivana Petrova left the company on 20 November; Dario Conti now leads the project. The budget was raised to 1.6 million euros.")
_ROOM = ("The meeting is on Monday in room 4. Update: the meeting has been moved to room 7.",)
_SAM = ("Sam is 12 and goes to Hill School. Sam has moved to Park School.",)
# What was, and what a later sentence says it has become, both in the answer; that stands first.
CHANGED = (
    (DocumentCase("When does the train leave?", _MAIL), "8:12", "7:42"),
    (DocumentCase("Who is bringing the projector?", _MAIL), "Omar", "“Lars will"),
    (DocumentCase("What time is dinner?", _MAIL), "20:00", "19:30"),
    (DocumentCase("Who leads the project?", _STATUS), "Dario", "“Ivana Petrova leads"),
    (DocumentCase("What is the budget?", _STATUS), "1.6 million", "1.4 million"),
    (DocumentCase("Where is the meeting?", _ROOM), "room 7", "room 4"),
    (DocumentCase("Which school does Sam go to?", _SAM), "Park", "Hill"),
    (DocumentCase("How much is the rent?", ("The rent is 900 euros.", "The rent was raised to 950 euros.")), "950", "900"),
    (DocumentCase("What is the rent?", ("The rent is 900 euros.", "From 1 May the rent is 950 euros.")), "950", "900"),
    (DocumentCase("When does the course start?", ("The course starts on 4 March.", "The course has been cancelled.")), "cancelled", "4 March"),
    (DocumentCase("Where is the kick-off?", ("The kick-off is on Tuesday in the glass room.", "Sorry, the glass room is taken, so the kick-off will be in room 3.")), "room 3", "Tuesday"),
    (DocumentCase("Who does the design?", ("Team: Asha Nair (lead), Bo Lind (design), Cem Aydin.", "Bo Lind has left the team; Mia Falk is responsible for design.")), "Mia Falk", "Bo Lind (design)"),
    (DocumentCase("Is the dryer broken?", ("The washing machine may be used until 22:00; the dryer is broken.", "The dryer works again.")), "works again", "broken"),
    (DocumentCase("When is the deadline?", ("The deadline is 4 June.", "The deadline has been extended to 11 June.")), "11 June", "4 June."),
    (DocumentCase("Where does the bus stop?", ("The bus stops at the school. The bus now stops at the church instead.",)), "church", "school"),
)
# A change of something else is not quoted beside.
UNCHANGED = (
    DocumentCase("When was Ilva Tarrant born?", ("Ilva Tarrant was a painter, born in 1884.", "Oda Tarrant, born in 1889, was the sister of Ilva Tarrant."), ("1884",), ("1889",)),
    DocumentCase("Why can't Jonas come?", _MAIL, ("ill",), ("8:12",)),
    DocumentCase("When is the meeting?", _ROOM, ("Monday",), ("room 7",)),
    DocumentCase("How long does the flight take?", ("The flight takes 2 hours.", "Update 12:00: the flight departs from gate 3."), ("2 hours",), ("gate",)),
    DocumentCase("Why is the flight delayed?", ("The flight is delayed by 50 minutes because of fog. The flight now departs from gate 3.",), ("fog",), ("gate",)),
    DocumentCase("How old is Sam?", _SAM, ("12",), ("Park",)),
    DocumentCase("When was the museum founded?", ("The museum was founded in 1890. The museum was moved to Hull in 1990.",), ("1890",), ("1990",)),
    DocumentCase("When did Juan leave?", _FIRM, ("1999",), ("2015",)),
    DocumentCase("When is lunch?", ("Lunch is at 12:00. Dinner has been moved to 19:00.",), ("12:00",), ("19:00",)),
    DocumentCase("Who teaches maths?", ("Mr Cole teaches maths. Ms Ray now teaches biology.",), ("Cole",), ("Ray",)),
)

# Each document as its title, its text and the sentence of it that answers.
_MONTHS, _SIX = "The notice period is three months.", "The notice period is six weeks."
_FLAT = "This lease is for a flat in Bonn. {} The rent is 900 euros."
_WORK = "The contract begins in May. The employee works in Bonn. {}"
TITLED_APART = (
    ("What is the notice period?", (("Contract A", _MONTHS, _MONTHS), ("Contract B", _SIX, _SIX))),
    ("What is the notice period?", (("Lease", _FLAT.format(_MONTHS), _MONTHS), ("Employment contract", _WORK.format(_SIX), _SIX))),
    ("What is the notice period?", (("Lease", "The notice period for tenants is three months.", "The notice period for tenants is three months."), ("Job", "The notice period of the employee is six weeks.", "The notice period of the employee is six weeks."))),
    ("How long is the warranty?", (("Oven", "The warranty is two years.", "The warranty is two years."), ("Fridge", "The warranty is 18 months.", "The warranty is 18 months."))),
    ("How many seats does the van have?", (("Van A", "The van has five seats.", "The van has five seats."), ("Van B", "The van has nine seats.", "The van has nine seats."))),
    ("How heavy is the parcel?", (("A", "The parcel weighs 2 kg.", "The parcel weighs 2 kg."), ("B", "The parcel weighs 900 g.", "The parcel weighs 900 g."))),
)
# fmt: on
