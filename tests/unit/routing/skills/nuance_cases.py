"""What small words do to a claim, what an answer must bring, and documents that answer of different things or not outright.

Each has what a model says of the documents, and what of it must and must not be in the answer. The names are made up."""

from __future__ import annotations

from review_cases import SaidCase

_BRIDGE = ("The bridge is 120 meters long and 12 meters wide.",)
_TOWER = ("The tower is 40 m high.",)
_INN = ("The Heron Inn opened in 1987. It has 14 rooms.",)
_HIRED = ("Ann hired Bob in 2020.",)
_BOX = ("The box weighs 2 kg and holds 30 liters.",)
_POOL = ("The pool opens at 8:00.", "The pool opens at 9:00 on Sundays.")
_PHONES = ("The Alpha phone costs 300 euros. The Beta phone costs 450 euros.",)
_TWO_SHEETS = ("The Alpha phone costs 300 euros.", "The Beta phone costs 450 euros.")
_TWO_INNS = ("The Heron Inn has 14 rooms. The Stork Hotel has 30 rooms.",)
_CITIES = ("Paris has 2100000 inhabitants. Rome has 2800000 inhabitants.",)
_BREAKFAST = ("Breakfast is served from 7:00 to 10:00. The kitchen is on the ground floor.",)
_SHOP = ("The shop is closed on Mondays.",)
_BIRTHS = (
    "Ada Byron was born in 1815 in London. Alan Turing was born in 1912. He worked at Bletchley Park.",
)
_TURING = ("Where did Alan Turing work?", "At Bletchley Park [1].")
_AGES = ("Ann is 30. Bob is 40.",)

# The model's words must not stand: no confidence, and they are not in the answer.
REFUSED = (
    SaidCase("How high is the bridge?", _BRIDGE, "The bridge is 120 meters high."),
    SaidCase("How high is the bridge?", _BRIDGE, "120 meters."),
    SaidCase("How long is the bridge?", _BRIDGE, "The bridge is 12 meters long."),
    SaidCase("How long is the table?", ("The table is 2 m wide.",), "2 m long."),
    SaidCase("When was Karl mayor?", ("Karl was mayor from 1990 to 1995.",), "In 1995."),
    SaidCase("Until when was Karl mayor?", ("Karl was mayor from 1990 to 1995.",), "1990."),
    SaidCase("Where does the train go?", ("The train goes from Oslo to Bergen.",), "Oslo."),
    SaidCase("What is the rent?", ("The rent is probably 900 euros.",), "900 euros."),
    SaidCase("How much is a ticket?", ("A ticket costs at least 12 euros.",), "12 euros."),
    SaidCase("How many rooms have a bath?", ("Not all rooms have a bath.",), "All rooms have a bath."),
    SaidCase("How wide is the tower?", _TOWER, "The tower is 40 m wide."),
    SaidCase("How deep is the tower?", _TOWER, "40 m deep."),
    SaidCase("Who runs the Heron Inn?", _INN, "The Heron Inn."),
    SaidCase("Who runs the Heron Inn?", ("Eva Lind runs the Heron Inn.",), "The Heron Inn."),
    SaidCase("Who runs the Heron Inn?", ("Eva Lind runs the Heron Inn.",), "The Heron Inn runs the Heron Inn."),
    SaidCase("When did the Heron Inn open?", _INN, "The Heron Inn opened."),
    SaidCase("How many rooms does the Heron Inn have?", _INN, "The Heron Inn has rooms."),
    SaidCase("Who hired Ann?", _HIRED, "The document is from the document that was hired by Bob."),
    SaidCase("Who hired Ann?", _HIRED, "Bob hired Ann."),
    SaidCase("Who hired Ann?", _HIRED, "Ann was hired by Bob."),
    SaidCase("How much does the box hold?", _BOX, "The box holds 2 kg."),
    SaidCase("How much does the box hold?", _BOX, "2 kg."),
    SaidCase("How many people came?", ("Less than 300 people came.",), "More than 300 people came."),
    SaidCase("How many people came?", ("Less than 300 people came.",), "300 people came."),
    SaidCase("When does the gate open?", ("The gate opens before 8:00.",), "The gate opens after 8:00."),
    SaidCase("When does the gate open?", ("The gate opens before 8:00.",), "The gate opens at 8:00."),
    SaidCase("Which rooms have a bath?", ("Some rooms have a bath.",), "All rooms have a bath."),
    SaidCase("Do all rooms have a bath?", ("Some rooms have a bath.",), "Yes, all rooms have a bath."),
    SaidCase("Does room 7 have a bath?", ("All rooms except room 7 have a bath.",), "Room 7 has a bath."),
    SaidCase("Which rooms have a bath?", ("All rooms except room 7 have a bath.",), "All rooms have a bath."),
    SaidCase("Who may enter?", ("Children over 12 may enter.",), "Children under 12 may enter."),
    SaidCase("How many guests complained?", ("Few guests complained.",), "Many guests complained."),
    SaidCase("How many seats does the hall have?", ("The hall has nearly 300 seats.",), "The hall has more than 300 seats."),
    SaidCase("How many seats does the hall have?", ("The hall has nearly 300 seats.",), "The hall has 300 seats."),
    SaidCase("Where is the lamp?", ("The lamp is above the desk.",), "The lamp is under the desk."),
    SaidCase("Where is the lamp?", ("The lamp is above the desk.",), "The lamp is on the desk."),
    SaidCase("Until when is breakfast served?", _BREAKFAST, "Breakfast is served until 7:00."),
    SaidCase("When does breakfast start?", _BREAKFAST, "Breakfast starts at 10:00."),
    SaidCase("When does breakfast end?", _BREAKFAST, "7:00."),
    SaidCase("How deep is the lake?", ("The lake is rumoured to be 80 m deep.",), "The lake is 80 m deep."),
    SaidCase("How old is the oak?", ("The oak is supposedly 900 years old.",), "The oak is 900 years old."),
    SaidCase("When will the bridge open?", ("The bridge may open in 2031.",), "The bridge will open in 2031."),
    SaidCase("Where are the headquarters?", ("The headquarters moved from Oslo to Bergen.",), "The headquarters are in Oslo."),
    SaidCase("Which costs more, the Alpha phone or the Beta phone?", _PHONES, "The Alpha phone costs more."),
    SaidCase("Where did Alan Turing work?", _BIRTHS, "In London."),
    SaidCase("Is the shop open on Mondays?", _SHOP, "The shop is open on Mondays."),
    SaidCase("Is the shop open on Mondays?", _SHOP, "Yes. The shop is closed on Mondays."),
    SaidCase("Is the shop open on Mondays?", _SHOP, "Yes, the shop is closed on Mondays."),
)  # fmt: skip

# The model's words stand, with a confidence.
STANDING = (
    SaidCase("How long is the bridge?", _BRIDGE, "The bridge is 120 meters long."),
    SaidCase("How wide is the bridge?", _BRIDGE, "The bridge is 12 meters wide."),
    SaidCase("How tall is the tower?", _TOWER, "The tower is 40 m tall."),
    SaidCase("What is the height of the tower?", _TOWER, "The height of the tower is 40 m."),
    SaidCase("Who runs the Heron Inn?", ("Eva Lind runs the Heron Inn.",), "Eva Lind."),
    SaidCase("Who hired Bob?", _HIRED, "Ann hired Bob."),
    SaidCase("How much does the box hold?", _BOX, "The box holds 30 liters."),
    SaidCase("How much does the box weigh?", _BOX, "2 kg."),
    SaidCase("How many people came?", ("Less than 300 people came.",), "Fewer than 300 people came."),
    SaidCase("When does the gate open?", ("The gate opens before 8:00.",), "Before 8:00."),
    SaidCase("Which rooms have a bath?", ("Some rooms have a bath.",), "Some rooms have a bath."),
    SaidCase("How many seats does the hall have?", ("The hall has nearly 300 seats.",), "The hall has almost 300 seats."),
    SaidCase("Where is the lamp?", ("The lamp is above the desk.",), "Above the desk."),
    SaidCase("When is breakfast served?", _BREAKFAST, "Breakfast is served from 7:00 to 10:00."),
    SaidCase("When is breakfast served?", _BREAKFAST, "7:00 to 10:00."),
    SaidCase("How deep is the lake?", ("The lake is rumoured to be 80 m deep.",), "It is rumoured to be 80 m deep."),
    SaidCase("Where did the headquarters move?", ("The headquarters moved from Oslo to Bergen.",), "The headquarters moved to Bergen."),
    SaidCase("How old is Bob?", _AGES, "Bob is 40."),
    SaidCase("Where did Alan Turing work?", _BIRTHS, "At Bletchley Park."),
    SaidCase("When does the museum close?", ("The museum is open from 9:00 to 17:00.",), "17:00."),
    SaidCase("Where is the key?", ("The key is under the mat behind the door.",), "Under the mat."),
    SaidCase("Where does the train go?", ("The train goes from Oslo to Bergen.",), "Bergen."),
    SaidCase("Who may use the sauna?", ("Only guests over 16 may use the sauna.",), "Guests over 16."),
    SaidCase("How high is the mountain?", ("The mountain rises to 3,200 m above sea level.",), "3,200 m above sea level."),
    SaidCase("How deep is the well?", ("The well, dug in 1820, is 30 m deep and 2 m wide.",), "30 m."),
    SaidCase("Does the hall have seats?", ("The hall has seats.",), "The hall has seats."),
    SaidCase("When does breakfast start?", _BREAKFAST, "Breakfast starts at 7:00."),
    SaidCase("Is the shop open on Mondays?", _SHOP, "No, the shop is closed on Mondays."),
    SaidCase("When was he born?", _BIRTHS, "1912.", earlier=_TURING),
)  # fmt: skip

# What is quoted, or said beside it, whatever the model says.
QUOTED = (
    SaidCase("When does the pool open?", _POOL, "The pool opens at 9:00 on Sundays.", ("8:00", "9:00 on Sundays"), ("disagree",), False),
    SaidCase("When does the pool open?", _POOL, "The pool opens at 8:00.", ("8:00", "9:00 on Sundays"), ("disagree",), False),
    SaidCase("When does the pool open on Sundays?", _POOL, "The pool opens at 9:00 on Sundays.", ("9:00 on Sundays [2]",), ("8:00",), True),
    SaidCase("How much do the Alpha phone and the Beta phone cost?", _PHONES, "What?", ("300 euros", "450 euros"), ("disagree",)),
    SaidCase("Which costs more, the Alpha phone or the Beta phone?", _PHONES, "Beta is dearer.", ("450 euros",), ("disagree",)),
    SaidCase("How many inhabitants do Paris and Rome have?", _CITIES, "Many.", ("2100000", "2800000"), ("disagree",)),
    SaidCase("Which has more rooms, the Heron Inn or the Stork Hotel?", _TWO_INNS, "The Stork.", ("30 rooms",), ("disagree",)),
    SaidCase("When does breakfast start?", _BREAKFAST, "Who knows.", ("“Breakfast is served from 7:00 to 10:00.”",), ("outright",)),
    SaidCase("When does breakfast end?", _BREAKFAST, "Who knows.", ("“Breakfast is served from 7:00 to 10:00.”",), ("outright",)),
    SaidCase("Until when is breakfast served?", _BREAKFAST, "Who knows.", ("“Breakfast is served from 7:00 to 10:00.”",), ("outright",)),
    SaidCase("Is the shop open on Mondays?", _SHOP, "The documents do not say.", ("“The shop is closed on Mondays.”",), ("do not say",)),
    SaidCase("Where did Alan Turing work?", _BIRTHS, "Who knows.", ("He worked at Bletchley Park.",), ("1912", "outright")),
    SaidCase("Who owns the Heron Inn?", _INN, "Eva Lind.", ("cannot tell",), ()),
    SaidCase("Which costs more, the Alpha phone or the Beta phone?", _TWO_SHEETS, "The Beta phone.", ("300 euros.” [1]", "450 euros.” [2]"), ("disagree",), False),
    SaidCase("When was she born?", _BIRTHS, "1912.", ("do not say",), ("1912",), False, _TURING),
    SaidCase("How old is Bob?", _AGES, "Who knows.", ("“Bob is 40.”",), ("outright",)),
)  # fmt: skip

# As above, written before anything was changed for them: at the first run 11 of these 36 stood.
REFUSED_TOO = (
    SaidCase('How heavy is the trunk?', ('The trunk weighs at most 20 kg.',), 'The trunk weighs at least 20 kg.'),
    SaidCase('When did the mill close?', ('The mill closed after 1950.',), 'The mill closed in 1950.'),
    SaidCase('Where is the cellar?', ('The cellar lies beneath the chapel.',), 'The cellar lies behind the chapel.'),
    SaidCase('How many members voted?', ('Hardly any members voted.',), 'All members voted.'),
    SaidCase('Who designed the hall?', ('The hall was probably designed by Nils Berg.',), 'The hall was designed by Nils Berg.'),
    SaidCase('Who designed the hall?', ('Nils Berg is thought to have designed the hall.',), 'Nils Berg designed the hall.'),
    SaidCase('What does the pass cover?', ('The pass covers every museum except the Tate.',), 'The pass covers the Tate.'),
    SaidCase('Where does Rosa live?', ('Rosa moved from Lima to Quito.',), 'Rosa lives in Lima.'),
    SaidCase('How deep is the pool?', ('The pool is 25 m long and 10 m wide.',), '25 m.'),
    SaidCase('Who beat Drayle?', ('Drayle beat Arden 3-1.',), 'Arden beat Drayle.'),
    SaidCase('Who beat Arden?', ('Drayle lost to Arden.',), 'Drayle beat Arden.'),
    SaidCase('How much does the bag cost?', ('The bag weighs 3 kg and costs 80 euros.',), 'The bag costs 3 euros.'),
    SaidCase('When is the office open?', ('The office is open on weekdays until 16:00.',), 'The office is open from 16:00.'),
    SaidCase('Do most students pay?', ('Few students pay.',), 'Most students pay.'),
    SaidCase('How many cows has the farm?', ('The farm had 40 cows in 1990.',), 'The farm has 40 cows.'),
    SaidCase('Who is the captain?', ('Leo Marsh was the captain until 2019.',), 'Leo Marsh is the captain.'),
    SaidCase('How long is the film?', ('The film is nearly two hours long.',), 'The film is more than two hours long.'),
    SaidCase('Can children enter?', ('Children can enter only with an adult.',), 'Children can enter without an adult.'),
    SaidCase('Can children enter?', ('Children can enter only with an adult.',), 'Children can enter.'),
    SaidCase('What is banned?', ('Everything but water is banned.',), 'Water is banned.'),
    SaidCase('How fast is the boat?', ('The boat could reach 40 km/h if it were repaired.',), 'The boat reaches 40 km/h.'),
    SaidCase('When was the dam built?', ('The dam was to be built in 1960.',), 'The dam was built in 1960.'),
    SaidCase('Who succeeded Anna?', ('Anna succeeded Peter in 2001.',), 'Peter.'),
    SaidCase('Who succeeded Anna?', ('Anna succeeded Peter in 2001.',), 'Peter succeeded Anna in 2001.'),
    SaidCase('How many wheels has the cart?', ('The cart has two wheels and four seats.',), 'The cart has four wheels.'),
    SaidCase('What colour is the roof?', ('The walls are white and the roof is grey.',), 'The roof is white.'),
    SaidCase('Who pays the rent?', ('The tenant pays the rent to the owner.',), 'The owner pays the rent to the tenant.'),
    SaidCase('How tall is Mara?', ('Mara is 20 years old and 170 cm tall.',), 'Mara is 20 cm tall.'),
    SaidCase('When does the course end?', ('The course begins on 3 May and ends on 9 June.',), 'The course ends on 3 May.'),
    SaidCase('Is the lift working?', ('The lift is not working.',), 'The lift is working.'),
    SaidCase('Is the park larger than the zoo?', ('The zoo is larger than the park.',), 'The park is larger than the zoo.'),
    SaidCase('Which is older, the church or the school?', ('The school is older than the church.',), 'The church is older than the school.'),
    SaidCase('What must be avoided?', ('Never mix bleach and vinegar.',), 'Mix bleach and vinegar.'),
    SaidCase('How many died?', ('It is feared that 30 people died.',), '30 people died.'),
    SaidCase('Was the plan accepted?', ('The board neither accepted nor rejected the plan.',), 'The board accepted the plan.'),
    SaidCase('How warm is the lake?', ('The lake seldom exceeds 18 degrees.',), 'The lake exceeds 18 degrees.'),
)  # fmt: skip
